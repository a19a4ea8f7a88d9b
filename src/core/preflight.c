/* SPDX-License-Identifier: EUPL-1.2 */
#include "preflight.h"

#include <math.h>
#include <string.h>

#include "preflight_private.h"

#define NEVER NAN /* no number is at or past it */

enum worse { MORE, LESS };

static const struct {
	enum worse worse;
	double look, bad;
} limits[] = {
#define LIMIT(name, worse, look, bad, meaning) [LIMIT_##name] = {worse, look, bad},
#include "preflight.def"
#undef LIMIT
};

enum verdict preflight_judge(enum limit limit, double value)
{
	double look = limits[limit].look, bad = limits[limit].bad;

	if (limits[limit].worse == LESS)
		return value <= bad ? VERDICT_BAD : value <= look ? VERDICT_LOOK : VERDICT_OK;
	return value >= bad ? VERDICT_BAD : value >= look ? VERDICT_LOOK : VERDICT_OK;
}

/* ---- findings ---- */

struct preflight *preflight_create(const struct settings *settings, const char *host)
{
	struct preflight *preflight = g_new0(struct preflight, 1);

	preflight->settings = settings;
	preflight->host = host;
	preflight->findings = g_array_new(FALSE, TRUE, sizeof(struct finding));
	return preflight;
}

void preflight_destroy(struct preflight *preflight)
{
	if (!preflight)
		return;
	g_array_unref(preflight->findings);
	g_free(preflight);
}

void preflight_begin(struct preflight *preflight, enum finding_group group, const char *subject)
{
	bool has_blank = strchr(subject, ' ') != NULL;

	preflight->group = group;
	g_strlcpy(preflight->subject, subject, sizeof(preflight->subject));
	g_snprintf(preflight->typed, sizeof(preflight->typed), has_blank ? "\"%s\"" : "%s",
		   subject);
}

struct finding *find(struct preflight *preflight, enum verdict verdict, const char *item,
		     const char *measured, ...)
{
	struct finding finding = {.verdict = verdict, .group = preflight->group, .item = item};
	va_list values;

	g_strlcpy(finding.subject, preflight->subject, sizeof(finding.subject));
	va_start(values, measured);
	g_vsnprintf(finding.measured, sizeof(finding.measured), measured, values);
	va_end(values);
	g_array_append_val(preflight->findings, finding);
	return &g_array_index(preflight->findings, struct finding, preflight->findings->len - 1);
}

void advise(struct finding *finding, const char *advice, ...)
{
	va_list values;

	if (finding->verdict == VERDICT_OK)
		return;
	va_start(values, advice);
	g_vsnprintf(finding->advice, sizeof(finding->advice), advice, values);
	va_end(values);
}

/* ---- reading them ---- */

static int compare(const void *a, const void *b)
{
	const struct finding *first = a, *second = b;

	if (first->verdict != second->verdict)
		return (int)second->verdict - (int)first->verdict;
	return (int)first->group - (int)second->group;
}

void preflight_sort(struct preflight *preflight)
{
	g_array_sort(preflight->findings, compare); /* merge sort: equals keep their order */
}

int preflight_count(const struct preflight *preflight)
{
	return (int)preflight->findings->len;
}

const struct finding *preflight_finding(const struct preflight *preflight, int index)
{
	return &g_array_index(preflight->findings, struct finding, (guint)index);
}

enum verdict preflight_verdict(const struct preflight *preflight)
{
	enum verdict worst = VERDICT_OK;

	for (int i = 0; i < preflight_count(preflight); i++)
		worst = MAX(worst, preflight_finding(preflight, i)->verdict);
	return worst;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_OK] = "OK", [VERDICT_LOOK] = "LOOK", [VERDICT_BAD] = "BAD"};

	return names[verdict];
}

const char *finding_group_name(enum finding_group group)
{
	static const char *const names[] = {
		[GROUP_INPUT] = "input", [GROUP_OUTPUT] = "output", [GROUP_MACHINE] = "machine"};

	return names[group];
}
