/* SPDX-License-Identifier: EUPL-1.2 */
#include "resize.h"

#include <stddef.h>

#include "canvas.h"
#include "frame.h"

#define MOST_PICTURES 8 /* the last one, and those in an encoder */

static void begin(struct resizer *resizer, int width, int height)
{
	if (resizer->width == width && resizer->height == height)
		return;
	resizer_finish(resizer);
	resizer->width = width;
	resizer->height = height;
	resizer->pool = frame_pool_create(width, height, MOST_PICTURES);
}

struct frame *resizer_make(struct resizer *resizer, struct frame *picture, int width, int height)
{
	if (picture->width == width && picture->height == height)
		return frame_ref(picture);
	begin(resizer, width, height);
	if (resizer->last && resizer->serial == picture->serial)
		return frame_ref(resizer->last);
	struct frame *made = frame_pool_take(resizer->pool);

	if (!made)
		return NULL;
	canvas_draw(made, picture, (struct area){0, 0, picture->width, picture->height},
		    (struct area){0, 0, width, height});
	frame_unref(resizer->last);
	resizer->last = frame_ref(made);
	resizer->serial = picture->serial;
	return made;
}

void resizer_finish(struct resizer *resizer)
{
	frame_unref(resizer->last);
	frame_pool_destroy(resizer->pool);
	*resizer = (struct resizer){0};
}
