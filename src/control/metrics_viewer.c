/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <string.h>

#include "metric_rows.h"
#include "metrics_private.h"
#include "viewer.h"

#define VIEWER_METRIC(type, name, unit, value, help) {type, "twinstage_viewer_" name, unit, help},
static const struct family families[] = {
#include "metrics.def"
};
static void measure(const struct viewer_view *v, double *values)
{
#define VIEWER_METRIC METRIC_VALUE
	const double measured[] = {
#include "metrics.def"
	};

	memcpy(values, measured, sizeof(measured));
}

/* Those that are connected; the number of them. */
static int look_at(const struct show *show, struct viewer_view *views)
{
	int n = 0;

	for (int i = 0; i < viewer_count(show); i++)
		n += viewer_view(show, i, &views[n]) && views[n].is_connected;
	return n;
}

static void write_info(GString *out, const struct viewer_view *views,
		       const struct metric_rows *rows)
{
	openmetrics_family(out, METRIC_INFO, "twinstage_viewer", "",
			   "Which rendition a receiver gets");
	for (int i = 0; i < rows->n_rows; i++) {
		struct labels labels = rows->labels[i];

		labels_add(&labels, "rendition", views[i].rendition);
		openmetrics_sample(out, "twinstage_viewer", "_info", &labels, 1);
	}
}

void metrics_write_viewers(const struct show *show, GString *out)
{
	g_autofree struct viewer_view *views =
		g_new0(struct viewer_view, (gsize)viewer_count(show) + 1);
	int n = look_at(show, views);
	struct metric_rows rows = metric_rows_create(families, G_N_ELEMENTS(families), n);
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

	for (int i = 0; i < n; i++) {
		g_ptr_array_add(ids, g_strdup_printf("%" G_GUINT64_FORMAT, views[i].id));
		labels_add(&rows.labels[i], "viewer", ids->pdata[i]);
		labels_add(&rows.labels[i], "bus", views[i].bus);
		labels_add(&rows.labels[i], "speaker", views[i].speaker);
		measure(&views[i], metric_rows_values(&rows, i));
	}
	write_info(out, views, &rows);
	metric_rows_write(out, &rows);
	metric_rows_finish(&rows);
}
