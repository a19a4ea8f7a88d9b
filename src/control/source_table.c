/* SPDX-License-Identifier: EUPL-1.2 */
#include "source_table.h"

#include <math.h>
#include <string.h>

#include "describe.h"
#include "describe_parts.h"
#include "source.h"

enum { NAME, AIR, STATE, ROLE, PICTURE, SOUND, LOSS, DELAY, LIP_SYNC, DRIFT, COLUMNS };

#define HIDDEN (-1)

static const struct {
	const char *title;
	int width; /* where there is room, so that the table does not move with its figures */
} heads[COLUMNS] = {
	[NAME] = {"SOURCE", 16}, [AIR] = {"AIR", 3},	      [STATE] = {"STATE", 9},
	[ROLE] = {"ROLE", 6},	 [PICTURE] = {"PICTURE", 16}, [SOUND] = {"SOUND", 8},
	[LOSS] = {"LOSS", 6},	 [DELAY] = {"DELAY", 7},      [LIP_SYNC] = {"LIP SYNC", 8},
	[DRIFT] = {"DRIFT", 8},
};

struct row {
	char *cells[COLUMNS]; /* NULL from PICTURE on if there is a detail instead */
	const char *detail;
};

/* ---- what stands in it ---- */

/* What is not known is a dash. */
static char *number_word(const char *format, double number)
{
	return isfinite(number) ? g_strdup_printf(format, number) : g_strdup("-");
}

/* Never "-0", which would be a direction. */
static double whole(double number)
{
	return round(number) + 0.0;
}

static char *picture_word(const struct source_view *view)
{
	if (!view->width)
		return g_strdup("-");
	return g_strdup_printf("%dx%d %.4g/s", view->width, view->height,
			       round(view->fps * 10) / 10);
}

/* In brackets while program does without it. */
static char *level_word(const struct source_view *view)
{
	if (view->is_muted || view->peak_db < -90)
		return g_strdup(view->is_muted ? "muted" : "silent");
	return number_word(view->is_heard ? "%.0f dB" : "(%.0f dB)", whole(view->peak_db));
}

static void fill_measured(struct row *row, const struct source_view *view)
{
	bool has_drift = view->state == SOURCE_LIVE && view->has_sound;

	row->cells[PICTURE] = picture_word(view);
	row->cells[SOUND] = level_word(view);
	row->cells[LOSS] = number_word("%.1f%%", view->loss_percent);
	row->cells[DELAY] = number_word("%.0f ms", whole(view->picture_delay_ms));
	row->cells[LIP_SYNC] = number_word("%+.0f ms", whole(view->lip_sync_ms));
	row->cells[DRIFT] = number_word("%+.0f ppm", has_drift ? whole(view->drift_ppm) : NAN);
}

/* One that is not there has nothing measured, and a reason instead. */
static void fill(struct row *row, const struct source_view *view)
{
	row->cells[NAME] = g_strdup(view->name);
	row->cells[AIR] = g_strdup(light(view->tally));
	row->cells[STATE] = g_strdup(source_state_name(view->state));
	row->cells[ROLE] = g_strdup(role_name(view->role));
	if (view->state != SOURCE_LIVE && !view->width && *view->detail)
		row->detail = view->detail;
	else
		fill_measured(row, view);
}

/* ---- how it is laid out ---- */

static int width_of(const int *widths)
{
	int sum = -1;

	for (int c = 0; c < COLUMNS; c++)
		sum += widths[c] == HIDDEN ? 0 : widths[c] + 1;
	return sum;
}

static void measure(const struct row *rows, int n, int *widths)
{
	for (int c = 0; c < COLUMNS; c++)
		widths[c] = columns_of(heads[c].title);
	for (int i = 0; i < n; i++)
		for (int c = 0; c < COLUMNS; c++)
			if (rows[i].cells[c])
				widths[c] = MAX(widths[c], columns_of(rows[i].cells[c]));
}

static void fit(const struct row *rows, int n, int columns, int *widths)
{
	static const int spared[] = {ROLE, SOUND};
	int roomy[COLUMNS];

	measure(rows, n, widths);
	for (int c = 0; c < COLUMNS; c++)
		roomy[c] = MAX(widths[c], heads[c].width);
	if (!columns || width_of(roomy) <= columns)
		memcpy(widths, roomy, sizeof(roomy));
	for (size_t i = 0; columns && i < G_N_ELEMENTS(spared); i++)
		if (width_of(widths) > columns)
			widths[spared[i]] = HIDDEN;
}

static void append_head(GString *text, const int *widths)
{
	for (int c = 0; c < COLUMNS; c++)
		if (widths[c] != HIDDEN)
			cell(text, widths[c], heads[c].title);
	end_line(text);
}

static void append_row(GString *text, const int *widths, const struct row *row)
{
	for (int c = 0; c < COLUMNS; c++)
		if (widths[c] != HIDDEN && row->cells[c])
			cell(text, widths[c], row->cells[c]);
	if (row->detail)
		g_string_append(text, row->detail);
	end_line(text);
}

void append_source_table(GString *text, int columns, const struct source_view *views, int n)
{
	g_autofree struct row *rows = g_new0(struct row, (gsize)n + 1);
	int widths[COLUMNS];

	for (int i = 0; i < n; i++)
		fill(&rows[i], &views[i]);
	fit(rows, n, columns, widths);
	if (n)
		append_head(text, widths);
	for (int i = 0; i < n; i++) {
		append_row(text, widths, &rows[i]);
		for (int c = 0; c < COLUMNS; c++)
			g_free(rows[i].cells[c]);
	}
}
