/* SPDX-License-Identifier: EUPL-1.2
 *
 * openmetrics: writes the OpenMetrics 1.0 text format: families, one after the other, and their
 * samples. Pure.
 *
 *   struct labels labels = {0};
 *
 *   openmetrics_family(out, METRIC_COUNTER, "twinstage_ticks", "", "Ticks made");
 *   labels_add(&labels, "tick", "video");
 *   openmetrics_sample(out, "twinstage_ticks", "_total", &labels, 7);
 *   openmetrics_end(out);
 */
#pragma once

#include <glib.h>
#include <twinstage/stage_stats.h>

#define LABELS_MAX 6

enum metric_type { METRIC_GAUGE, METRIC_COUNTER, METRIC_HISTOGRAM, METRIC_INFO, METRIC_STATESET };

/* Names are ours; values may be anything that is UTF-8 and outlive it. */
struct labels {
	int n;
	struct {
		const char *name, *value;
	} list[LABELS_MAX];
};

/* An empty value is no label (which is the same). */
void labels_add(struct labels *labels, const char *name, const char *value);

/* Its head; `unit` is the end of the name, or "". */
void openmetrics_family(GString *out, enum metric_type type, const char *name, const char *unit,
			const char *help);

/* `suffix` is what the type wants of it: "", "_total", "_info". A value that is not finite is
 * not written. */
void openmetrics_sample(GString *out, const char *name, const char *suffix,
			const struct labels *labels, double value);

/* All samples of a histogram in seconds. */
void openmetrics_stage(GString *out, const char *name, const struct labels *labels,
		       const struct stage_stats *stage);
void openmetrics_end(GString *out);
