/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <string.h>

#include "bus_view.h"
#include "metric_rows.h"
#include "metrics_private.h"

#define BUS_METRIC(type, name, unit, value, help) {type, "twinstage_bus_" name, unit, help},
static const struct family bus_families[] = {
#include "metrics.def"
};
static void measure_bus(const struct bus_view *v, double *values)
{
#define BUS_METRIC METRIC_VALUE
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
#define WAY_METRIC METRIC_VALUE
	const double measured[] = {
#include "metrics.def"
	};

	memcpy(values, measured, sizeof(measured));
}

static struct labels labels_of(const struct bus_view *view)
{
	struct labels labels = {0};

	labels_add(&labels, "bus", bus_name(view->kind));
	labels_add(&labels, "speaker", view->speaker);
	return labels;
}

static void add_way(struct metric_rows *ways, const struct bus_view *view, const char *media,
		    const struct way_out *way)
{
	int row = ways->n_rows++;

	ways->labels[row] = labels_of(view);
	labels_add(&ways->labels[row], "media", media);
	measure_way(way, metric_rows_values(ways, row));
}

/* A bus's picture and sound, where it has them. */
static void write_ways(GString *out, const struct bus_view *views, int n)
{
	struct metric_rows ways =
		metric_rows_create(way_families, G_N_ELEMENTS(way_families), 2 * n);

	ways.n_rows = 0;
	for (int i = 0; i < n; i++) {
		if (views[i].has_picture)
			add_way(&ways, &views[i], "picture", &views[i].picture);
		if (views[i].has_sound)
			add_way(&ways, &views[i], "sound", &views[i].sound);
	}
	metric_rows_write(out, &ways);
	metric_rows_finish(&ways);
}

static void write_stages_of(GString *out, const char *name, struct labels labels, const char *media,
			    const struct way_out *way)
{
	labels_add(&labels, "media", media);
	metric_stage(out, name, labels, "tick_to_encoded", &way->encode);
	metric_stage(out, name, labels, "encoded_to_sent", &way->send);
}

static void write_stages(GString *out, const struct bus_view *views, const struct metric_rows *rows)
{
	static const char name[] = "twinstage_bus_stage_seconds";

	openmetrics_family(out, METRIC_HISTOGRAM, name, "seconds",
			   "How long a picture or piece of sound takes from the tick to its last "
			   "packet, and from there until it is sent to all of a worker's peers");
	for (int i = 0; i < rows->n_rows; i++) {
		write_stages_of(out, name, rows->labels[i], "picture", &views[i].picture);
		if (views[i].has_sound)
			write_stages_of(out, name, rows->labels[i], "sound", &views[i].sound);
	}
}

void metrics_write_buses(const struct show *show, GString *out)
{
	int n = bus_count(show);
	g_autofree struct bus_view *views = g_new0(struct bus_view, (gsize)n + 1);
	struct metric_rows rows = metric_rows_create(bus_families, G_N_ELEMENTS(bus_families), n);

	for (int i = 0; i < n; i++) {
		bus_view(show, i, &views[i]);
		rows.labels[i] = labels_of(&views[i]);
		measure_bus(&views[i], metric_rows_values(&rows, i));
	}
	metric_rows_write(out, &rows);
	write_ways(out, views, n);
	write_stages(out, views, &rows);
	metric_rows_finish(&rows);
}
