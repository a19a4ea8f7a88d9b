/* SPDX-License-Identifier: EUPL-1.2 */
#include "metric_rows.h"

struct metric_rows metric_rows_create(const struct family *families, int n_families, int n_rows)
{
	return (struct metric_rows){
		.families = families,
		.n_families = n_families,
		.n_rows = n_rows,
		.values = g_new(double, (gsize)n_families *(gsize)n_rows + 1),
		.labels = g_new0(struct labels, (gsize)n_rows + 1),
	};
}

double *metric_rows_values(const struct metric_rows *rows, int row)
{
	return rows->values + (gsize)row * (gsize)rows->n_families;
}

void metric_begin(GString *out, const struct family *family)
{
	openmetrics_family(out, family->type, family->name, family->unit, family->help);
}

void metric_sample(GString *out, const struct family *family, const struct labels *labels,
		   double value)
{
	openmetrics_sample(out, family->name, family->type == METRIC_COUNTER ? "_total" : "",
			   labels, value);
}

void metric_rows_write(GString *out, const struct metric_rows *rows)
{
	for (int f = 0; f < rows->n_families; f++) {
		metric_begin(out, &rows->families[f]);
		for (int row = 0; row < rows->n_rows; row++)
			metric_sample(out, &rows->families[f], &rows->labels[row],
				      metric_rows_values(rows, row)[f]);
	}
}

void metric_rows_finish(struct metric_rows *rows)
{
	g_free(rows->values);
	g_free(rows->labels);
}

void metric_stage(GString *out, const char *name, struct labels labels, const char *stage,
		  const struct stage_stats *stats)
{
	labels_add(&labels, "stage", stage);
	if (stats->count)
		openmetrics_stage(out, name, &labels, stats);
}
