/* SPDX-License-Identifier: EUPL-1.2
 *
 * OpenMetrics wants all samples of a family together, so each family goes through all sources, or all
 * buses; they are looked at once, at the beginning.
 */
#include "metrics.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "bus_view.h"
#include "describe.h"
#include "exchange.h"
#include "openmetrics.h"
#include "process.h"
#include "program.h"
#include "source.h"
#include "viewer.h"

#define CONTENT_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"
#define STATES	     (SOURCE_FAILED + 1)

/* All that is looked at. */
struct look {
	struct program_view program;
	struct process process;
	int n_sources, n_buses, n_viewers;
	struct source_view *sources;
	struct bus_view *buses;
	struct viewer_view *viewers; /* those that are connected */
};

static void look_at(const struct show *show, struct look *look)
{
	program_view(show, &look->program);
	process_read(&look->process);
	look->n_sources = source_count(show);
	look->n_buses = bus_count(show);
	look->sources = g_new0(struct source_view, (gsize)look->n_sources);
	look->buses = g_new0(struct bus_view, (gsize)look->n_buses);
	for (int i = 0; i < look->n_sources; i++)
		source_view(show, i, &look->sources[i]);
	for (int i = 0; i < look->n_buses; i++)
		bus_view(show, i, &look->buses[i]);
	look->viewers = g_new0(struct viewer_view, (gsize)viewer_count(show) + 1);
	look->n_viewers = 0;
	for (int i = 0; i < viewer_count(show); i++)
		look->n_viewers += viewer_view(show, i, &look->viewers[look->n_viewers]) &&
				   look->viewers[look->n_viewers].is_connected;
}

static void look_away(struct look *look)
{
	g_free(look->sources);
	g_free(look->buses);
	g_free(look->viewers);
}

/* ---- the table's metrics ---- */

struct family {
	enum metric_type type;
	const char *name, *unit, *help;
};

static void begin(GString *out, const struct family *family)
{
	openmetrics_family(out, family->type, family->name, family->unit, family->help);
}

static void sample(GString *out, const struct family *family, const struct labels *labels,
		   double value)
{
	openmetrics_sample(out, family->name, family->type == METRIC_COUNTER ? "_total" : "",
			   labels, value);
}

#define GAUGE				     METRIC_GAUGE
#define COUNTER				     METRIC_COUNTER
#define VALUE(type, name, unit, value, help) value,

#define SOURCE_METRIC(type, name, unit, value, help) {type, "twinstage_source_" name, unit, help},
static const struct family source_families[] = {
#include "metrics.def"
};
static void measure_source(const struct source_view *v, double *values)
{
#define SOURCE_METRIC VALUE
	const double measured[] = {
#include "metrics.def"
	};

	memcpy(values, measured, sizeof(measured));
}

#define BUS_METRIC(type, name, unit, value, help) {type, "twinstage_bus_" name, unit, help},
static const struct family bus_families[] = {
#include "metrics.def"
};
static void measure_bus(const struct bus_view *v, double *values)
{
#define BUS_METRIC VALUE
	const double measured[] = {
#include "metrics.def"
	};

	memcpy(values, measured, sizeof(measured));
}

#define WAY_METRIC(type, name, unit, value, help) {type, "twinstage_bus_" name, unit, help},
static const struct family way_families[] = {
#include "metrics.def"
};
static void measure_way(const struct way_out *v, double *values)
{
#define WAY_METRIC VALUE
	const double measured[] = {
#include "metrics.def"
	};

	memcpy(values, measured, sizeof(measured));
}

#define VIEWER_METRIC(type, name, unit, value, help) {type, "twinstage_viewer_" name, unit, help},
static const struct family viewer_families[] = {
#include "metrics.def"
};
static void measure_viewer(const struct viewer_view *v, double *values)
{
#define VIEWER_METRIC VALUE
	const double measured[] = {
#include "metrics.def"
	};

	memcpy(values, measured, sizeof(measured));
}

#define MIX_METRIC(type, name, unit, value, help) {type, "twinstage_" name, unit, help},
static const struct family mix_families[] = {
#include "metrics.def"
};
static void measure_mix(const struct program_view *v, double *values)
{
#define MIX_METRIC VALUE
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
#define PROCESS_METRIC VALUE
	const double measured[] = {
#include "metrics.def"
	};

	memcpy(values, measured, sizeof(measured));
}

/* ---- sources ---- */

static struct labels source_labels(const struct source_view *view)
{
	struct labels labels = {0};

	labels_add(&labels, "source", view->name);
	return labels;
}

static void write_source_families(GString *out, const struct look *look)
{
	enum { N = G_N_ELEMENTS(source_families) };
	g_autofree double *values = g_new(double, N *(gsize)MAX(look->n_sources, 1));

	for (int s = 0; s < look->n_sources; s++)
		measure_source(&look->sources[s], values + s * N);
	for (int f = 0; f < N; f++) {
		begin(out, &source_families[f]);
		for (int s = 0; s < look->n_sources; s++) {
			struct labels labels = source_labels(&look->sources[s]);

			sample(out, &source_families[f], &labels, values[s * N + f]);
		}
	}
}

static void write_source_info(GString *out, const struct look *look)
{
	openmetrics_family(out, METRIC_INFO, "twinstage_source", "", "What kind of source it is");
	for (int s = 0; s < look->n_sources; s++) {
		const struct source_view *view = &look->sources[s];
		struct labels labels = source_labels(view);

		labels_add(&labels, "kind", kind_name(view->kind));
		labels_add(&labels, "role", role_name(view->role));
		labels_add(&labels, "video_codec", view->video_codec);
		labels_add(&labels, "audio_codec", view->audio_codec);
		openmetrics_sample(out, "twinstage_source", "_info", &labels, 1);
	}
}

static void write_source_states(GString *out, const struct look *look)
{
	openmetrics_family(out, METRIC_STATESET, "twinstage_source_state", "",
			   "Which state it is in");
	for (int s = 0; s < look->n_sources; s++)
		for (int state = 0; state < STATES; state++) {
			struct labels labels = source_labels(&look->sources[s]);

			labels_add(&labels, "twinstage_source_state",
				   source_state_name((enum source_state)state));
			openmetrics_sample(out, "twinstage_source_state", "", &labels,
					   look->sources[s].state == (enum source_state)state);
		}
}

/* A stage that nothing ever went through is not there. */
static void write_stage(GString *out, const char *name, struct labels labels, const char *stage,
			const struct stage_stats *stats)
{
	labels_add(&labels, "stage", stage);
	if (stats->count)
		openmetrics_stage(out, name, &labels, stats);
}

static void write_source_stages(GString *out, const struct look *look)
{
	static const char name[] = "twinstage_source_stage_seconds";

	openmetrics_family(out, METRIC_HISTOGRAM, name, "seconds",
			   "How long a picture takes from its first byte to being decoded and due, "
			   "and from there to the tick that takes it");
	for (int s = 0; s < look->n_sources; s++) {
		const struct source_view *view = &look->sources[s];

		write_stage(out, name, source_labels(view), "arrival_to_decoded", &view->decode);
		write_stage(out, name, source_labels(view), "decoded_to_tick", &view->tick_wait);
	}
}

/* ---- buses ---- */

static struct labels bus_labels(const struct bus_view *view)
{
	struct labels labels = {0};

	labels_add(&labels, "bus", bus_name(view->kind));
	labels_add(&labels, "speaker", view->speaker);
	return labels;
}

static struct labels way_labels(const struct bus_view *view, const char *media)
{
	struct labels labels = bus_labels(view);

	labels_add(&labels, "media", media);
	return labels;
}

static void write_bus_families(GString *out, const struct look *look)
{
	double values[G_N_ELEMENTS(bus_families)];

	for (size_t f = 0; f < G_N_ELEMENTS(bus_families); f++) {
		begin(out, &bus_families[f]);
		for (int b = 0; b < look->n_buses; b++) {
			struct labels labels = bus_labels(&look->buses[b]);

			measure_bus(&look->buses[b], values);
			sample(out, &bus_families[f], &labels, values[f]);
		}
	}
}

static void write_way(GString *out, size_t f, struct labels labels, const struct way_out *way)
{
	double values[G_N_ELEMENTS(way_families)];

	measure_way(way, values);
	sample(out, &way_families[f], &labels, values[f]);
}

static void write_way_families(GString *out, const struct look *look)
{
	for (size_t f = 0; f < G_N_ELEMENTS(way_families); f++) {
		begin(out, &way_families[f]);
		for (int b = 0; b < look->n_buses; b++) {
			const struct bus_view *view = &look->buses[b];

			if (view->has_picture)
				write_way(out, f, way_labels(view, "picture"), &view->picture);
			if (view->has_sound)
				write_way(out, f, way_labels(view, "sound"), &view->sound);
		}
	}
}

static void write_bus_stages(GString *out, const struct look *look)
{
	static const char name[] = "twinstage_bus_stage_seconds";

	openmetrics_family(out, METRIC_HISTOGRAM, name, "seconds",
			   "How long a picture or piece of sound takes from the tick to its last "
			   "packet, and from there until it is sent to all of a worker's peers");
	for (int b = 0; b < look->n_buses; b++) {
		const struct bus_view *view = &look->buses[b];
		struct labels picture = way_labels(view, "picture"),
			      sound = way_labels(view, "sound");

		write_stage(out, name, picture, "tick_to_encoded", &view->picture.encode);
		write_stage(out, name, picture, "encoded_to_sent", &view->picture.send);
		if (!view->has_sound)
			continue;
		write_stage(out, name, sound, "tick_to_encoded", &view->sound.encode);
		write_stage(out, name, sound, "encoded_to_sent", &view->sound.send);
	}
}

/* ---- viewers ---- */

#define ID_MAX 24

static struct labels viewer_labels(const struct viewer_view *view, char id[ID_MAX])
{
	struct labels labels = {0};

	g_snprintf(id, ID_MAX, "%" G_GUINT64_FORMAT, view->id);
	labels_add(&labels, "viewer", id);
	labels_add(&labels, "bus", view->bus);
	labels_add(&labels, "speaker", view->speaker);
	return labels;
}

static void write_viewers(GString *out, const struct look *look)
{
	enum { N = G_N_ELEMENTS(viewer_families) };
	g_autofree double *values = g_new(double, N *((gsize)look->n_viewers + 1));
	char id[ID_MAX];

	openmetrics_family(out, METRIC_INFO, "twinstage_viewer", "",
			   "Which rendition a receiver gets");
	for (int i = 0; i < look->n_viewers; i++) {
		struct labels labels = viewer_labels(&look->viewers[i], id);

		measure_viewer(&look->viewers[i], values + i * N);
		labels_add(&labels, "rendition", look->viewers[i].rendition);
		openmetrics_sample(out, "twinstage_viewer", "_info", &labels, 1);
	}
	for (int f = 0; f < N; f++) {
		begin(out, &viewer_families[f]);
		for (int i = 0; i < look->n_viewers; i++) {
			struct labels labels = viewer_labels(&look->viewers[i], id);

			sample(out, &viewer_families[f], &labels, values[i * N + f]);
		}
	}
}

/* ---- the rest ---- */

static void write_plain(GString *out, const struct family *families, size_t n, const double *values)
{
	for (size_t f = 0; f < n; f++) {
		begin(out, &families[f]);
		sample(out, &families[f], &(struct labels){0}, values[f]);
	}
}

static void write_ticks(GString *out, const struct family *family, double video, double audio)
{
	struct labels video_labels = {0}, audio_labels = {0};

	labels_add(&video_labels, "tick", "video");
	labels_add(&audio_labels, "tick", "audio");
	begin(out, family);
	sample(out, family, &video_labels, video);
	sample(out, family, &audio_labels, audio);
}

static void write_mix(GString *out, const struct program_view *view)
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

void metrics_write(const struct show *show, GString *out)
{
	struct look look;
	double mix[G_N_ELEMENTS(mix_families)], process[G_N_ELEMENTS(process_families)];

	look_at(show, &look);
	measure_mix(&look.program, mix);
	measure_process(&look.process, process);
	write_infos(out, &look.program);
	write_plain(out, mix_families, G_N_ELEMENTS(mix_families), mix);
	write_mix(out, &look.program);
	write_source_info(out, &look);
	write_source_states(out, &look);
	write_source_families(out, &look);
	write_source_stages(out, &look);
	write_bus_families(out, &look);
	write_way_families(out, &look);
	write_bus_stages(out, &look);
	write_viewers(out, &look);
	write_plain(out, process_families, G_N_ELEMENTS(process_families), process);
	openmetrics_end(out);
	look_away(&look);
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
