/* SPDX-License-Identifier: EUPL-1.2 */
#include "metrics.h"

#include <math.h>
#include <string.h>

#include "exchange.h"
#include "metric_rows.h"
#include "metrics_private.h"
#include "process.h"
#include "program.h"

#define CONTENT_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

#define MIX_METRIC(type, name, unit, value, help) {type, "twinstage_" name, unit, help},
static const struct family mix_families[] = {
#include "metrics.def"
};
static void measure_mix(const struct program_view *v, double *values)
{
#define MIX_METRIC METRIC_VALUE
	const double measured[] = {
#include "metrics.def"
	};

	memcpy(values, measured, sizeof(measured));
}

#define PROCESS_METRIC(type, name, unit, value, help) {type, "process_" name, unit, help},
static const struct family process_families[] = {
#include "metrics.def"
};
static void measure_process(const struct process *v, double *values)
{
#define PROCESS_METRIC METRIC_VALUE
	const double measured[] = {
#include "metrics.def"
	};

	memcpy(values, measured, sizeof(measured));
}

static void write_ticks(GString *out, const struct family *family, double video, double audio)
{
	struct labels video_labels = {0}, audio_labels = {0};

	labels_add(&video_labels, "tick", "video");
	labels_add(&audio_labels, "tick", "audio");
	metric_begin(out, family);
	metric_sample(out, family, &video_labels, video);
	metric_sample(out, family, &audio_labels, audio);
}

static void write_mixer(GString *out, const struct program_view *view)
{
	static const struct family made = {METRIC_COUNTER, "twinstage_ticks", "",
					   "Ticks of the mixer that were made"};
	static const struct family missed = {
		METRIC_COUNTER, "twinstage_ticks_missed", "",
		"Ticks that came too late and were left out; the picture repeats"};
	static const struct family cost = {METRIC_GAUGE, "twinstage_tick_seconds", "seconds",
					   "What a tick costs, smoothed"};

	write_ticks(out, &made, (double)view->video_ticks, (double)view->audio_ticks);
	write_ticks(out, &missed, (double)view->video_missed, (double)view->audio_missed);
	write_ticks(out, &cost, view->video_tick_us / 1e6, view->audio_tick_us / 1e6);
}

static void write_infos(GString *out, const struct program_view *view)
{
	struct labels build = {0}, program = {0};

	labels_add(&build, "version", TWINSTAGE_VERSION);
	labels_add(&program, "program", view->program);
	labels_add(&program, "preview", view->preview);
	labels_add(&program, "room", view->room);
	openmetrics_family(out, METRIC_INFO, "twinstage_build", "", "Which Twinstage it is");
	openmetrics_sample(out, "twinstage_build", "_info", &build, 1);
	openmetrics_family(out, METRIC_INFO, "twinstage_scenes", "",
			   "What is on program, on preview, and in the room");
	openmetrics_sample(out, "twinstage_scenes", "_info", &program, 1);
}

/* One thing that there is one of. */
static void write_mix(GString *out, const struct program_view *view)
{
	struct metric_rows rows = metric_rows_create(mix_families, G_N_ELEMENTS(mix_families), 1);

	measure_mix(view, rows.values);
	metric_rows_write(out, &rows);
	metric_rows_finish(&rows);
	write_mixer(out, view);
}

static void write_process(GString *out)
{
	struct metric_rows rows =
		metric_rows_create(process_families, G_N_ELEMENTS(process_families), 1);
	struct process process;

	process_read(&process);
	measure_process(&process, rows.values);
	metric_rows_write(out, &rows);
	metric_rows_finish(&rows);
}

void metrics_write(const struct show *show, GString *out)
{
	struct program_view program;

	program_view(show, &program);
	write_infos(out, &program);
	write_mix(out, &program);
	metrics_write_sources(show, out);
	metrics_write_buses(show, out);
	metrics_write_viewers(show, out);
	write_process(out);
	openmetrics_end(out);
}

void metrics_answer(const struct house *house, const struct request *request, struct answer *answer)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	if (request->method != METHOD_GET && request->method != METHOD_HEAD) {
		answer_not_allowed(answer, "GET, HEAD");
	} else if (!request_is_crew(house, request, &error)) {
		answer_error(answer, error);
	} else {
		metrics_write(house->show, out);
		answer_text(answer, 200, CONTENT_TYPE, out->str);
	}
}
