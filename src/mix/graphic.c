/* SPDX-License-Identifier: EUPL-1.2 */
#include "graphic.h"

#include "brush.h"
#include "stamp.h"

#define PIECE_PX      8192  /* cairo's surfaces end at 32767 */
#define WIDEST_PX     65536 /* of a ticker's text */
#define WIDEST_TITLE  0.7   /* of the picture */
#define SECOND_COLOUR 0.82  /* opacity of what is less important */

struct graphic *graphic_copy(const struct graphic *graphic)
{
	struct graphic *copy = g_new(struct graphic, 1);

	*copy = *graphic;
	copy->text = g_strdup(graphic->text ? graphic->text : "");
	copy->more = g_strdup(graphic->more ? graphic->more : "");
	copy->font = g_strdup(graphic->font);
	return copy;
}

void graphic_free(struct graphic *graphic)
{
	if (!graphic)
		return;
	g_free(graphic->text);
	g_free(graphic->more);
	g_free(graphic->font);
	g_free(graphic);
}

bool graphic_shows_time(const struct graphic *graphic)
{
	return graphic->kind == OVERLAY_CLOCK || graphic->kind == OVERLAY_COUNTDOWN;
}

int graphic_safe_px(int length)
{
	return (int)(length * 0.05 / 2 + 0.5) * 2;
}

/* A length that is drawn for a picture 720 pixels high, in this one. */
static int px(const struct graphic *graphic, int of_720)
{
	return MAX((of_720 * graphic->height + 360) / 720, 1);
}

static uint32_t softer(uint32_t rgba)
{
	return (rgba & 0xffffff00) | (uint32_t)((rgba & 255) * SECOND_COLOUR);
}

/* ---- one or two lines on a plate with an accent bar ---- */

struct words {
	PangoLayout *text;
	uint32_t colour;
	int width, height;
};

struct plate {
	struct words lines[2];
	int n_lines;
	int bar, side, above; /* the accent's width, room beside the text, above and below it */
	int between;	      /* the lines */
	int least_width;      /* of the text's place */
	bool is_rtl;	      /* as the first line is */
};

static void add_line(struct plate *plate, const struct graphic *graphic, const char *text,
		     bool is_bold, int size_px, uint32_t colour)
{
	struct words *line = &plate->lines[plate->n_lines++];
	int most = (int)(graphic->width * WIDEST_TITLE) - plate->bar - 2 * plate->side;

	line->text = brush_text(text, graphic->font, is_bold, size_px);
	line->colour = colour;
	brush_measure(line->text, MAX(most, 8), &line->width, &line->height);
	plate->is_rtl = brush_is_rtl(plate->lines[0].text);
}

static struct stamp *paint_plate(struct plate *plate, const struct graphic *graphic)
{
	int inner = plate->least_width, height = 2 * plate->above, y = plate->above;

	for (int i = 0; i < plate->n_lines; i++) {
		inner = MAX(inner, plate->lines[i].width);
		height += plate->lines[i].height + (i ? plate->between : 0);
	}
	/* The stamp's size is even: no transparent column or row at the end. */
	int width = (plate->bar + 2 * plate->side + inner + 1) & ~1;

	height = (height + 1) & ~1;
	cairo_t *cairo = brush_begin(width, height);

	brush_rectangle(cairo, graphic->background, 0, 0, width, height);
	cairo_set_operator(cairo, CAIRO_OPERATOR_SOURCE);
	brush_rectangle(cairo, graphic->accent, plate->is_rtl ? width - plate->bar : 0, 0,
			plate->bar, height);
	cairo_set_operator(cairo, CAIRO_OPERATOR_OVER);
	for (int i = 0; i < plate->n_lines; i++) {
		struct words *line = &plate->lines[i];
		int x = plate->is_rtl ? width - plate->bar - plate->side - line->width
				      : plate->bar + plate->side;

		brush_write(cairo, line->text, line->colour, x, y);
		y += line->height + plate->between;
		g_object_unref(line->text);
	}
	struct stamp *stamp = brush_end(cairo);

	stamp->is_rtl = plate->is_rtl;
	return stamp;
}

static struct stamp *paint_title(const struct graphic *graphic)
{
	struct plate plate = {
		.bar = px(graphic, 8),
		.side = px(graphic, 20),
		.above = px(graphic, 12),
		.between = px(graphic, 3),
		.least_width = px(graphic, 180),
	};

	add_line(&plate, graphic, graphic->text, true, px(graphic, 34), graphic->colour);
	if (*graphic->more)
		add_line(&plate, graphic, graphic->more, false, px(graphic, 22),
			 softer(graphic->colour));
	return paint_plate(&plate, graphic);
}

/* ---- time ---- */

/* How wide it is when all digits are as wide as the widest: no plate twitches from second to
 * second. */
static int widest(const struct graphic *graphic, const char *digits, int size_px)
{
	g_autofree char *text = g_strdup(digits);
	int width, height;

	for (char *at = text; *at; at++)
		if (g_ascii_isdigit(*at))
			*at = '8';
	g_autoptr(PangoLayout) layout = brush_text(text, graphic->font, true, size_px);

	pango_layout_get_pixel_size(layout, &width, &height);
	return width;
}

static struct stamp *paint_time(const struct graphic *graphic, const char *label, const char *time,
				int size)
{
	struct plate plate = {
		.bar = px(graphic, 5),
		.side = px(graphic, 14),
		.above = px(graphic, 6),
		.least_width = widest(graphic, time, px(graphic, size)),
	};

	if (*label)
		add_line(&plate, graphic, label, false, px(graphic, 18), softer(graphic->colour));
	add_line(&plate, graphic, time, true, px(graphic, size), graphic->colour);
	return paint_plate(&plate, graphic);
}

static struct stamp *paint_clock(const struct graphic *graphic, int64_t now_s)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_s);
	g_autofree char *text = g_date_time_format(now, "%H:%M:%S");

	return paint_time(graphic, "", text, 28);
}

static struct stamp *paint_countdown(const struct graphic *graphic, int64_t now_s)
{
	int left = (int)CLAMP(graphic->until_s - now_s, 0, 359999); /* 99:59:59 */
	g_autofree char *text = left >= 3600 ? g_strdup_printf("%d:%02d:%02d", left / 3600,
							       left / 60 % 60, left % 60)
					     : g_strdup_printf("%02d:%02d", left / 60, left % 60);

	return paint_time(graphic, graphic->text, text, 42);
}

/* ---- ticker ---- */

/* The text and what parts it from its next beginning. */
struct strip {
	PangoLayout *text;
	int text_width, text_height;
	int unit, height, line; /* from one beginning to the next; of all; of the accent */
};

static void paint_piece(const struct graphic *graphic, const struct strip *strip,
			struct stamp *stamp, int from, int width)
{
	cairo_t *cairo = brush_begin(width, strip->height);
	int dot = px(graphic, 8), gap = strip->unit - strip->text_width;

	brush_rectangle(cairo, graphic->background, 0, 0, width, strip->height);
	for (int x = 0; x < stamp->width; x += strip->unit) {
		int y = strip->line + (strip->height - strip->line - strip->text_height) / 2;
		int after = x + strip->text_width;

		if (x > from + width || x + strip->unit < from)
			continue;
		brush_write(cairo, strip->text, graphic->colour, x - from, y);
		brush_rectangle(cairo, graphic->accent, after + (gap - dot) / 2 - from,
				strip->line + (strip->height - strip->line - dot) / 2, dot, dot);
	}
	cairo_set_operator(cairo, CAIRO_OPERATOR_SOURCE);
	brush_rectangle(cairo, graphic->accent, 0, 0, width, strip->line);
	brush_end_into(cairo, stamp, from);
}

static struct stamp *paint_ticker(const struct graphic *graphic)
{
	struct strip strip = {
		.text = brush_text(graphic->text, graphic->font, false, px(graphic, 26)),
		.line = (px(graphic, 4) + 1) & ~1,
	};
	int band = graphic->width - 2 * graphic_safe_px(graphic->width);

	brush_measure(strip.text, WIDEST_PX, &strip.text_width, &strip.text_height);
	strip.unit = (strip.text_width + px(graphic, 72)) & ~1;
	strip.height = (strip.text_height + strip.line + px(graphic, 14) + 1) & ~1;
	struct stamp *stamp =
		stamp_create((band + strip.unit - 1) / strip.unit * strip.unit, strip.height);

	for (int x = 0; x < stamp->width; x += PIECE_PX)
		paint_piece(graphic, &strip, stamp, x, MIN(PIECE_PX, stamp->width - x));
	stamp->is_rtl = brush_is_rtl(strip.text);
	g_object_unref(strip.text);
	return stamp;
}

struct stamp *graphic_paint(const struct graphic *graphic, int64_t now_s)
{
	switch (graphic->kind) {
	case OVERLAY_TITLE:
		return paint_title(graphic);
	case OVERLAY_CLOCK:
		return paint_clock(graphic, now_s);
	case OVERLAY_COUNTDOWN:
		return paint_countdown(graphic, now_s);
	case OVERLAY_TICKER:
		return paint_ticker(graphic);
	default:
		g_assert_not_reached();
	}
}
