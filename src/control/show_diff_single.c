/* SPDX-License-Identifier: EUPL-1.2
 *
 * Lines that stand for themselves: each is there or not, and what takes it back is in a table.
 */
#include <string.h>

#include "quote.h"
#include "show_diff_private.h"

/* A line that stands for itself. Its command is one of these, or not known here. */
struct rule {
	const char *head;
	const char *inverse; /* %s: its first word; NULL: nothing takes it back */
	bool is_single;	     /* one such line at most: a new one takes the old one's place */
	bool is_air;
	const char *why; /* not */
};
static const struct rule rules[] = {
	{"room", "room auto", true, false, NULL},
	{"slate --picture", NULL, true, false, "the settings' slate comes back with a restart"},
	{"slate on", "slate off", true, true, NULL},
	{"fade-to-black on", "fade-to-black off --over 0ms", true, true, NULL},
	{"pin", "pin %s off", false, false, NULL},
	{"logo show", "logo hide", true, false, NULL},
	{"clock show", "clock hide", true, false, NULL},
	{"title show", "title hide", true, true, NULL},
	{"countdown show", "countdown hide", true, true, NULL},
	{"ticker show", "ticker hide", true, true, NULL},
	{"cut", NULL, true, true, "nothing was on program"},
	{"preview", NULL, true, true, "nothing was on preview"},
	{"cue at", "cue at", true, true, NULL},
};

static const struct rule *rule_of(const struct object *object)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
		if (line_match_head(&object_first(object)->line, rules[i].head))
			return &rules[i];
	return NULL;
}

/* Whether a line of the same command takes the place of a gone one. */
static bool is_replaced(const GPtrArray *newer, const struct rule *rule)
{
	for (guint i = 0; rule->is_single && i < newer->len; i++) {
		const struct object *object = newer->pdata[i];

		if (!*object->kind && rule_of(object) == rule)
			return true;
	}
	return false;
}

/* What is not known here is run as it is, like a setting. */
void diff_add_single(struct comparing *comparing, const struct object *newer)
{
	const struct rule *rule = rule_of(newer);
	bool is_at = rule && strcmp(rule->head, "cue at") == 0;
	struct show_change *change;

	if (objects_find(comparing->older, "", newer->name))
		return;
	change = diff_add(comparing, is_at ? STEP_CUE_AT : STEP_AIR, diff_shown("+", newer));
	change->is_air = rule && rule->is_air;
	diff_lines(change, newer);
}

void diff_remove_single(struct comparing *comparing, const struct object *older)
{
	const struct rule *rule = rule_of(older);
	const struct statement *line = object_first(older);

	if (rule && is_replaced(comparing->newer, rule))
		return;
	if (!rule || !rule->inverse) {
		diff_cannot(comparing, STEP_LET_GO, line->text,
			    rule ? rule->why : "no command is known that does",
			    rule && rule->is_air);
		return;
	}
	struct show_change *change = diff_add(comparing, STEP_LET_GO, diff_shown("-", older));
	bool takes_word = strstr(rule->inverse, "%s") != NULL;
	int used = line_match_head(&line->line, rule->head);
	g_autoptr(GString) word = g_string_new(NULL);

	if (takes_word && line->line.n_words > used)
		quote_word(word, line->line.words[used]);
	g_auto(GStrv) parts = g_strsplit(rule->inverse, "%s", 2);
	g_autofree char *command = g_strjoinv(word->str, parts);

	diff_command(change, command, NULL);
	change->is_air = rule->is_air;
}
