/* SPDX-License-Identifier: EUPL-1.2
 *
 * metric_rows: measures of several things of one kind, one row of values each, written as
 * OpenMetrics wants them: all samples of a family together. metrics.def says what the families are:
 *
 *   METRIC_FAMILIES is what a row of it becomes in a table of families, METRIC_VALUE in a list of
 *   values in the same order.
 */
#pragma once

#include <glib.h>

#include "openmetrics.h"

struct family {
	enum metric_type type;
	const char *name, *unit, *help;
};

/* For metrics.def. */
#define GAUGE					    METRIC_GAUGE
#define COUNTER					    METRIC_COUNTER
#define METRIC_VALUE(type, name, unit, value, help) value,

struct metric_rows {
	const struct family *families;
	int n_families, n_rows;
	double *values;	       /* [row * n_families + family]; NAN: no sample */
	struct labels *labels; /* of each row; {0} at first */
};

struct metric_rows metric_rows_create(const struct family *families, int n_families, int n_rows);

/* The values of a row, to be filled. */
double *metric_rows_values(const struct metric_rows *rows, int row);

void metric_rows_write(GString *out, const struct metric_rows *rows);
void metric_rows_finish(struct metric_rows *rows);

/* One family's head, and one sample of it. */
void metric_begin(GString *out, const struct family *family);
void metric_sample(GString *out, const struct family *family, const struct labels *labels,
		   double value);

/* A histogram's samples for one stage; one that nothing ever went through is not there. */
void metric_stage(GString *out, const char *name, struct labels labels, const char *stage,
		  const struct stage_stats *stats);
