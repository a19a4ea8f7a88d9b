/* SPDX-License-Identifier: EUPL-1.2 */
#include "openmetrics.h"

#include <math.h>
#include <string.h>

void labels_add(struct labels *labels, const char *name, const char *value)
{
	if (!*value)
		return;
	g_assert(labels->n < LABELS_MAX);
	labels->list[labels->n].name = name;
	labels->list[labels->n++].value = value;
}

static void escaped(GString *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			g_string_append_c(out, '\\');
		if (*text == '\n')
			g_string_append(out, "\\n");
		else
			g_string_append_c(out, *text);
	}
}

void openmetrics_family(GString *out, enum metric_type type, const char *name, const char *unit,
			const char *help)
{
	static const char *const types[] = {
		[METRIC_GAUGE] = "gauge",	  [METRIC_COUNTER] = "counter",
		[METRIC_HISTOGRAM] = "histogram", [METRIC_INFO] = "info",
		[METRIC_STATESET] = "stateset",
	};

	g_string_append_printf(out, "# TYPE %s %s\n", name, types[type]);
	if (*unit)
		g_string_append_printf(out, "# UNIT %s %s\n", name, unit);
	g_string_append_printf(out, "# HELP %s ", name);
	escaped(out, help);
	g_string_append_c(out, '\n');
}

/* Whatever the locale. A whole number is written as one. */
static void number(GString *out, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append(out, g_ascii_formatd(text, sizeof(text), "%.15g", value));
}

static void append_labels(GString *out, const struct labels *labels)
{
	for (int i = 0; i < labels->n; i++) {
		g_string_append_printf(out, "%c%s=\"", i ? ',' : '{', labels->list[i].name);
		escaped(out, labels->list[i].value);
		g_string_append_c(out, '"');
	}
	if (labels->n)
		g_string_append_c(out, '}');
}

void openmetrics_sample(GString *out, const char *name, const char *suffix,
			const struct labels *labels, double value)
{
	if (!isfinite(value))
		return;
	g_string_append_printf(out, "%s%s", name, suffix);
	append_labels(out, labels);
	g_string_append_c(out, ' ');
	number(out, value);
	g_string_append_c(out, '\n');
}

/* A limit as a number with a point, as OpenMetrics wants it: 0.001, 1.0. */
static void write_limit(char *text, int size, int bucket)
{
	static const int limits_ms[] = STAGE_LIMITS_MS;

	if (bucket == STAGE_BUCKETS - 1) {
		g_strlcpy(text, "+Inf", (gsize)size);
		return;
	}
	g_ascii_formatd(text, size, "%g", limits_ms[bucket] / 1000.0);
	if (!strchr(text, '.'))
		g_strlcat(text, ".0", (gsize)size);
}

void openmetrics_stage(GString *out, const char *name, const struct labels *labels,
		       const struct stage_stats *stage)
{
	uint64_t up_to = 0;

	for (int i = 0; i < STAGE_BUCKETS; i++) {
		struct labels with_limit = *labels;
		char limit[G_ASCII_DTOSTR_BUF_SIZE];

		write_limit(limit, sizeof(limit), i);
		labels_add(&with_limit, "le", limit);
		up_to += stage->buckets[i];
		openmetrics_sample(out, name, "_bucket", &with_limit, (double)up_to);
	}
	openmetrics_sample(out, name, "_count", labels, (double)stage->count);
	openmetrics_sample(out, name, "_sum", labels, stage->sum_ms / 1000);
}

void openmetrics_end(GString *out)
{
	g_string_append(out, "# EOF\n");
}
