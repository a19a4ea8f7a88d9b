/* SPDX-License-Identifier: EUPL-1.2
 *
 * The panes of buses with their encoders, of speakers with their lines, and of events.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "top_panes.h"
#include "top_sound.h"

static void draw_more(struct pen *pen, int y, const struct area *area, int n)
{
	pen_style(pen, STYLE_DIM);
	pen_print(pen, y, area->x + 1, area->width - 1, "%d more", n);
	pen_style(pen, STYLE_PLAIN);
}

/* ---- buses ---- */

enum { BUS_NAME = 17, BUS_PEERS = 5, BUS_FPS = 5, BUS_KBPS = 6, BUS_ENCODE = 7 };

static void draw_bus_heading(struct pen *pen, const struct area *line)
{
	int x = line->x + 1;
	struct area sound = sound_area(line);

	pen_style(pen, STYLE_DIM);
	pen_text(pen, line->y, x, BUS_NAME, "BUS");
	x += BUS_NAME + 1;
	pen_right(pen, line->y, x, BUS_PEERS, "PEERS");
	x += BUS_PEERS + 1;
	pen_right(pen, line->y, x, BUS_FPS, "FPS");
	x += BUS_FPS + 1;
	pen_right(pen, line->y, x, BUS_KBPS, "KBIT/S");
	x += BUS_KBPS + 1;
	pen_right(pen, line->y, x, BUS_ENCODE, "ENCODE");
	sound_heading(pen, &sound);
	pen_style(pen, STYLE_PLAIN);
}

static void draw_bus(struct pen *pen, const struct area *line, const struct model_bus *bus)
{
	bool is_idle = bus->kbps <= 0;
	struct area sound = sound_area(line);
	int x = line->x + 1;

	pen_print(pen, line->y, x, BUS_NAME, "%s%s%s", bus->bus, *bus->speaker ? " " : "",
		  bus->speaker);
	x += BUS_NAME + 1;
	pen_right(pen, line->y, x, BUS_PEERS, "%d", bus->peers);
	x += BUS_PEERS + 1;
	/* What nobody receives is not encoded. */
	pane_number(pen, line->y, x, BUS_FPS, "%.1f", is_idle ? NAN : bus->fps);
	x += BUS_FPS + 1;
	pane_number(pen, line->y, x, BUS_KBPS, "%.0f", is_idle ? NAN : bus->kbps);
	x += BUS_KBPS + 1;
	pane_number(pen, line->y, x, BUS_ENCODE, "%.1fms", is_idle ? NAN : bus->encode_ms);
	sound_draw(pen, &sound, &bus->levels, HEARD, bus->has_sound ? NULL : "no sound");
}

void pane_buses(struct pen *pen, const struct area *area, const struct view *view)
{
	const struct model *model = view->model;
	struct area line = {area->y, area->x, 1, area->width};
	int shown;

	if (area->height < 2)
		return;
	pane_first(model->n_buses, area->height - 1, 0, &shown);
	draw_bus_heading(pen, &line);
	for (int i = 0; i < shown; i++) {
		line.y++;
		draw_bus(pen, &line, &model->buses[i]);
	}
	if (shown < model->n_buses && line.y + 1 < area->y + area->height)
		draw_more(pen, line.y + 1, area, model->n_buses - shown);
}

/* ---- speakers ---- */

enum {
	SPEAKER_NAME = 16,
	SPEAKER_STATE = 9,
	SPEAKER_LINE = 4,
	WAY_LOSS = 9,
	WAY_MS = 7,
	WAY_KBPS = 7
};
#define SPEAKER_WAY (WAY_LOSS + WAY_MS + WAY_KBPS)

/* As a call centre would say it; the worse direction counts. */
static enum style quality(const struct model_speaker *speaker, const char **word)
{
	double loss = fmax(isnan(speaker->in.loss_percent) ? 0 : speaker->in.loss_percent,
			   isnan(speaker->out.loss_percent) ? 0 : speaker->out.loss_percent);
	double rtt = fmax(isnan(speaker->in.rtt_ms) ? 0 : speaker->in.rtt_ms,
			  isnan(speaker->out.rtt_ms) ? 0 : speaker->out.rtt_ms);
	double jitter = isnan(speaker->in.jitter_ms) ? 0 : speaker->in.jitter_ms;

	if (!speaker->is_connected) {
		*word = "-";
		return STYLE_DIM;
	}
	if (loss >= 5 || rtt >= 400 || jitter >= 100) {
		*word = "poor";
		return STYLE_ALARM;
	}
	if (loss >= 1 || rtt >= 200 || jitter >= 40) {
		*word = "fair";
		return STYLE_YELLOW;
	}
	*word = "good";
	return STYLE_GREEN;
}

static void draw_way(struct pen *pen, int y, int x, const struct model_line *line, double middle_ms)
{
	pane_number(pen, y, x, WAY_LOSS, "%.1f%%", line->loss_percent);
	pane_number(pen, y, x + WAY_LOSS, WAY_MS, "%.0fms", middle_ms);
	pane_number(pen, y, x + WAY_LOSS + WAY_MS, WAY_KBPS, "%.0f", line->kbps);
}

static void draw_way_heading(struct pen *pen, int y, int x, const char *loss, const char *middle)
{
	pen_right(pen, y, x, WAY_LOSS, "%s", loss);
	pen_right(pen, y, x + WAY_LOSS, WAY_MS, "%s", middle);
	pen_right(pen, y, x + WAY_LOSS + WAY_MS, WAY_KBPS, "KBIT/S");
}

static const char *speaker_state(const struct model_speaker *speaker)
{
	return !speaker->is_connected  ? "absent"
	       : !speaker->is_admitted ? "waiting"
	       : speaker->is_muted     ? "muted"
				       : "admitted";
}

static enum style state_style(const struct model_speaker *speaker)
{
	if (!speaker->is_connected)
		return speaker->tally == LIGHT_PROGRAM ? STYLE_ALARM : STYLE_DIM;
	return !speaker->is_admitted || speaker->is_muted ? STYLE_WARNING : STYLE_PLAIN;
}

static void draw_speaker_heading(struct pen *pen, const struct area *line, const struct view *view)
{
	int x = line->x + 1;

	pen_style(pen, view->hand->focus == PANE_SPEAKERS ? STYLE_BOLD : STYLE_DIM);
	pen_text(pen, line->y, x, SPEAKER_NAME, "SPEAKER");
	pen_style(pen, STYLE_DIM);
	x += SPEAKER_NAME + 1;
	pen_text(pen, line->y, x, SPEAKER_STATE, "STATE");
	x += SPEAKER_STATE + 1;
	pen_text(pen, line->y, x, SPEAKER_LINE, "LINE");
	x += SPEAKER_LINE + 1;
	draw_way_heading(pen, line->y, x, "IN LOSS", "JITTER");
	draw_way_heading(pen, line->y, x + SPEAKER_WAY, "OUT LOSS", "RTT");
	pen_style(pen, STYLE_PLAIN);
}

static void draw_speaker(struct pen *pen, const struct area *line,
			 const struct model_speaker *speaker, bool is_chosen)
{
	const char *word;
	enum style style = quality(speaker, &word);
	int x = line->x + 1, used;

	pen_style(pen, STYLE_BOLD);
	pen_text(pen, line->y, line->x, 1, is_chosen ? ">" : " ");
	pen_style(pen, pane_light(speaker->tally));
	used = pen_text(pen, line->y, x, SPEAKER_NAME, speaker->name);
	pen_fill(pen, &(struct area){line->y, x + used, 1, SPEAKER_NAME - used});
	x += SPEAKER_NAME + 1;
	pen_style(pen, state_style(speaker));
	pen_text(pen, line->y, x, SPEAKER_STATE, speaker_state(speaker));
	x += SPEAKER_STATE + 1;
	pen_style(pen, style);
	pen_text(pen, line->y, x, SPEAKER_LINE, word);
	pen_style(pen, STYLE_PLAIN);
	x += SPEAKER_LINE + 1;
	draw_way(pen, line->y, x, &speaker->in, speaker->in.jitter_ms);
	draw_way(pen, line->y, x + SPEAKER_WAY, &speaker->out, speaker->out.rtt_ms);
}

void pane_speakers(struct pen *pen, const struct area *area, const struct view *view)
{
	const struct model *model = view->model;
	int chosen = model_speaker(model, view->hand->speaker), shown;
	int first = pane_first(model->n_speakers, area->height - 1, chosen, &shown);
	struct area line = {area->y, area->x, 1, area->width};

	if (area->height < 2)
		return;
	draw_speaker_heading(pen, &line, view);
	for (int i = first; i < first + shown; i++) {
		line.y++;
		draw_speaker(pen, &line, &model->speakers[i],
			     i == chosen && view->hand->focus == PANE_SPEAKERS);
	}
	if (shown < model->n_speakers && line.y + 1 < area->y + area->height)
		draw_more(pen, line.y + 1, area, model->n_speakers - shown);
}

/* ---- events ---- */

/* The newest stands lowest. */
void pane_events(struct pen *pen, const struct area *area, const struct view *view)
{
	const struct model *model = view->model;
	int rows = area->height, n = model->n_events, y = area->y;

	if (rows > 2) {
		pen_style(pen, STYLE_DIM);
		pen_text(pen, y++, area->x + 1, area->width - 1, "EVENTS");
		pen_style(pen, STYLE_PLAIN);
		rows--;
	}
	for (int i = n > rows ? n - rows : 0; i < n; i++, y++) {
		const struct model_event *event = &model->events[i];

		pen_style(pen, STYLE_DIM);
		pen_text(pen, y, area->x + 1, 9, event->at);
		pen_style(pen, event->is_warning ? STYLE_YELLOW : STYLE_PLAIN);
		pen_print(pen, y, area->x + 10, area->width - 10, "%s%s",
			  event->is_warning ? "! " : "  ", event->text);
	}
	pen_style(pen, STYLE_PLAIN);
}
