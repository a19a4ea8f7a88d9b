/* SPDX-License-Identifier: EUPL-1.2
 *
 * A preflight's findings, to be read in the dark: the worst first, what is wrong and below it what to do; those with
 * whom all is well by name, or, if asked for, with what was measured. 80 columns.
 */
#include <string.h>

#include "describe.h"
#include "describe_parts.h"
#include "dispatch.h"
#include "preflight.h"

#define COLUMNS	     80
#define VERDICT	     5	/* characters */
#define MOST_SUBJECT 13 /* a longer one pushes its line to the right */

/* Where the findings stand. */
struct page {
	GString *text;
	int indent, column;
};

static json_t *finding_json(const struct finding *finding)
{
	json_t *object = json_object();

	put_text(object, "verdict", verdict_name(finding->verdict));
	put_text(object, "group", finding_group_name(finding->group));
	put_text(object, "subject", finding->subject);
	put_text(object, "item", finding->item);
	put_text(object, "measured", finding->measured);
	put_text(object, "advice", finding->advice);
	return object;
}

static void begin_page(struct page *page, const struct preflight *preflight)
{
	int most = 0;

	for (int i = 0; i < preflight_count(preflight); i++)
		most = MAX(most, columns_of(preflight_finding(preflight, i)->subject));
	page->indent = VERDICT + 1 + MIN(most, MOST_SUBJECT) + 2;
}

static void indent(struct page *page)
{
	g_string_append_printf(page->text, "%*s", page->indent, "");
	page->column = page->indent;
}

/* Appends a word where there is room for it, else on a new line. */
static void flow_word(struct page *page, const char *word)
{
	int length = columns_of(word);

	if (page->column + length > COLUMNS && page->column > page->indent) {
		end_line(page->text);
		indent(page);
	}
	g_string_append_printf(page->text, "%s ", word);
	page->column += length + 1;
}

static void flow(struct page *page, const char *words)
{
	g_auto(GStrv) each = g_strsplit(words, " ", -1);

	for (char **word = each; *word; word++)
		flow_word(page, *word);
}

static void begin_line(struct page *page, const struct finding *finding)
{
	int width = page->indent - VERDICT - 2;

	cell(page->text, VERDICT, verdict_name(finding->verdict));
	cell(page->text, width, finding->subject);
	page->column = VERDICT + 2 + MAX(width, columns_of(finding->subject));
}

static void fault_lines(struct page *page, const struct finding *finding)
{
	begin_line(page, finding);
	flow(page, finding->measured);
	end_line(page->text);
	if (!*finding->advice)
		return;
	indent(page);
	flow(page, "->");
	flow(page, finding->advice);
	end_line(page->text);
}

static bool is_last_of_subject(const struct preflight *preflight, int i)
{
	return i + 1 == preflight_count(preflight) ||
	       strcmp(preflight_finding(preflight, i)->subject,
		      preflight_finding(preflight, i + 1)->subject) != 0;
}

/* All that is well with one subject; where the next one begins. */
static int well_lines(struct page *page, const struct preflight *preflight, int from)
{
	int i = from;

	begin_line(page, preflight_finding(preflight, from));
	for (; !is_last_of_subject(preflight, i); i++) {
		g_autofree char *words =
			g_strdup_printf("%s,", preflight_finding(preflight, i)->measured);

		flow(page, words);
	}
	flow(page, preflight_finding(preflight, i)->measured);
	end_line(page->text);
	return i + 1;
}

/* Of this subject everything is well. Sorted findings: what is not stands before. */
static bool is_all_well(const struct preflight *preflight, int i)
{
	const struct finding *finding = preflight_finding(preflight, i);

	for (int n = 0; preflight_finding(preflight, n)->verdict != VERDICT_OK; n++)
		if (strcmp(preflight_finding(preflight, n)->subject, finding->subject) == 0)
			return false;
	return true;
}

/* Those with whom all is well, by name: on a small screen what is to be done must not scroll away. */
static void well_names(struct page *page, const struct preflight *preflight, int from)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (int i = from; i < preflight_count(preflight); i++)
		if (is_last_of_subject(preflight, i) && is_all_well(preflight, i))
			g_string_append_printf(names, "%s%s", names->len ? ", " : "",
					       preflight_finding(preflight, i)->subject);
	if (!names->len)
		return;
	cell(page->text, VERDICT, verdict_name(VERDICT_OK));
	page->column = page->indent = VERDICT + 1;
	flow(page, names->str);
	end_line(page->text);
}

static void summary(GString *text, json_t *data, const struct preflight *preflight)
{
	int n[] = {0, 0, 0};

	for (int i = 0; i < preflight_count(preflight); i++)
		n[preflight_finding(preflight, i)->verdict]++;
	put_text(data, "verdict", verdict_name(preflight_verdict(preflight)));
	put_int(data, "bad", n[VERDICT_BAD]);
	put_int(data, "look", n[VERDICT_LOOK]);
	put_int(data, "ok", n[VERDICT_OK]);
	g_string_append_printf(text, "%s: %d to mend, %d to look at, %d well\n\n",
			       verdict_name(preflight_verdict(preflight)), n[VERDICT_BAD],
			       n[VERDICT_LOOK], n[VERDICT_OK]);
}

/* Greater than every refusal's exit status (errors.def). */
static const int exit_statuses[] = {[VERDICT_OK] = 0, [VERDICT_LOOK] = 4, [VERDICT_BAD] = 5};

void describe_check(const struct preflight *preflight, bool is_whole, struct reply *reply)
{
	json_t *findings = json_array();
	struct page page = {.text = reply->text};
	int i = 0;

	reply->exit = exit_statuses[preflight_verdict(preflight)];
	summary(reply->text, reply->data, preflight);
	for (int n = 0; n < preflight_count(preflight); n++)
		json_array_append_new(findings, finding_json(preflight_finding(preflight, n)));
	json_object_set_new(reply->data, "findings", findings);
	begin_page(&page, preflight);
	while (i < preflight_count(preflight) &&
	       preflight_finding(preflight, i)->verdict != VERDICT_OK)
		fault_lines(&page, preflight_finding(preflight, i++));
	if (!is_whole)
		well_names(&page, preflight, i);
	while (is_whole && i < preflight_count(preflight))
		i = well_lines(&page, preflight, i);
	strip_end(reply);
}
