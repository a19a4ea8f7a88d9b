/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <string.h>

#include "describe.h"
#include "metric_rows.h"
#include "metrics_private.h"
#include "source.h"

#define STATES (SOURCE_FAILED + 1)

#define SOURCE_METRIC(type, name, unit, value, help) {type, "twinstage_source_" name, unit, help},
static const struct family families[] = {
#include "metrics.def"
};
static void measure(const struct source_view *v, double *values)
{
#define SOURCE_METRIC METRIC_VALUE
	const double measured[] = {
#include "metrics.def"
	};

	memcpy(values, measured, sizeof(measured));
}

static void write_info(GString *out, const struct source_view *views,
		       const struct metric_rows *rows)
{
	openmetrics_family(out, METRIC_INFO, "twinstage_source", "", "What kind of source it is");
	for (int i = 0; i < rows->n_rows; i++) {
		struct labels labels = rows->labels[i];

		labels_add(&labels, "kind", kind_name(views[i].kind));
		labels_add(&labels, "role", role_name(views[i].role));
		labels_add(&labels, "video_codec", views[i].video_codec);
		labels_add(&labels, "audio_codec", views[i].audio_codec);
		openmetrics_sample(out, "twinstage_source", "_info", &labels, 1);
	}
}

static void write_states(GString *out, const struct source_view *views,
			 const struct metric_rows *rows)
{
	openmetrics_family(out, METRIC_STATESET, "twinstage_source_state", "",
			   "Which state it is in");
	for (int i = 0; i < rows->n_rows; i++)
		for (int state = 0; state < STATES; state++) {
			struct labels labels = rows->labels[i];

			labels_add(&labels, "twinstage_source_state",
				   source_state_name((enum source_state)state));
			openmetrics_sample(out, "twinstage_source_state", "", &labels,
					   views[i].state == (enum source_state)state);
		}
}

static void write_stages(GString *out, const struct source_view *views,
			 const struct metric_rows *rows)
{
	static const char name[] = "twinstage_source_stage_seconds";

	openmetrics_family(
		out, METRIC_HISTOGRAM, name, "seconds",
		"How long a picture takes from its first byte to being decoded and due "
		"(a camera's waits for its sound in it), and from there to the tick that takes it; "
		"sound, from its first byte to being decoded: what waits from there is its ring");
	for (int i = 0; i < rows->n_rows; i++) {
		struct labels picture = rows->labels[i], sound = rows->labels[i];

		labels_add(&picture, "media", "picture");
		labels_add(&sound, "media", "sound");
		metric_stage(out, name, picture, "arrival_to_decoded", &views[i].decode);
		metric_stage(out, name, picture, "decoded_to_tick", &views[i].tick_wait);
		metric_stage(out, name, sound, "arrival_to_decoded", &views[i].sound_decode);
	}
}

void metrics_write_sources(const struct show *show, GString *out)
{
	int n = source_count(show);
	g_autofree struct source_view *views = g_new0(struct source_view, (gsize)n + 1);
	struct metric_rows rows = metric_rows_create(families, G_N_ELEMENTS(families), n);

	for (int i = 0; i < n; i++) {
		source_view(show, i, &views[i]);
		labels_add(&rows.labels[i], "source", views[i].name);
		measure(&views[i], metric_rows_values(&rows, i));
	}
	write_info(out, views, &rows);
	write_states(out, views, &rows);
	metric_rows_write(out, &rows);
	write_stages(out, views, &rows);
	metric_rows_finish(&rows);
}
