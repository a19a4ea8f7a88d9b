/* SPDX-License-Identifier: EUPL-1.2 */
#include "black.h"

#include <math.h>

#include "canvas.h"
#include "clock.h"
#include "frame.h"
#include "mixer.h"
#include "transition.h"

#define NEARLY 1e-6 /* ten tenths add up to less than one */

void black_init(struct black *black, const struct plan_picture_bus *wanted)
{
	*black = (struct black){.part = wanted->is_black};
}

bool black_follow(struct black *black, const struct plan_picture_bus *wanted, int64_t now_ns,
		  double tick_ms)
{
	double target = wanted->is_black ? 1 : 0;
	double passed_ms =
		black->since_ns ? (double)(now_ns - black->since_ns) / NS_PER_MS : tick_ms;
	double step = wanted->black_ms > 0 ? passed_ms / wanted->black_ms : 1;

	if (fabs(target - black->part) > step + NEARLY) {
		black->part += target > black->part ? step : -step;
		black->since_ns = now_ns;
		return false;
	}
	bool is_news = black->serial != wanted->black_serial;

	*black = (struct black){.part = target, .serial = wanted->black_serial};
	return is_news;
}

bool black_hides_all(const struct black *black)
{
	return black->part >= 1;
}

struct frame *black_lay(const struct black *black, struct frame *picture, const struct frame *dark,
			struct frame_pool *pool)
{
	struct frame *canvas = picture && black->part > 0 ? frame_pool_take(pool) : NULL;

	if (!canvas)
		return picture;
	canvas_blend(canvas, picture, dark, transition_ease(black->part));
	frame_unref(picture);
	return canvas;
}
