/* SPDX-License-Identifier: EUPL-1.2
 *
 * The way through a line: own options are taken out; one or two words name the command; then each
 * word is an option's name, an option's word, or the next argument.
 */
#include "complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complete_private.h"
#include "own_options.h"
#include "table.h"

/* ---- candidates ---- */

void completion_add(const struct completion *completion, const char *text, const char *what)
{
	struct candidates *out = completion->out;
	char whole[512];

	snprintf(whole, sizeof(whole), "%s%s%s", completion->before, text, completion->after);
	if (strncmp(whole, completion->begun, strlen(completion->begun)) != 0)
		return;
	for (int i = 0; i < out->n; i++)
		if (strcmp(out->list[i].text, whole) == 0)
			return;
	out->list = realloc(out->list, sizeof(*out->list) * (size_t)(out->n + 1));
	out->list[out->n++] = (struct candidate){strdup(whole), strdup(what)};
}

void candidates_finish(struct candidates *candidates)
{
	for (int i = 0; i < candidates->n; i++) {
		free(candidates->list[i].text);
		free(candidates->list[i].what);
	}
	free(candidates->list);
	*candidates = (struct candidates){0};
}

/* ---- the command's name ---- */

/* "add, set, remove": what a noun is described by. */
static void verbs_of(const char *noun, size_t length, char *text, size_t size)
{
	const struct command *row;
	size_t used = 0;

	*text = '\0';
	for (int i = 0; (row = table_command(i)) && used < size; i++)
		if (strncmp(row->words, noun, length) == 0 && row->words[length] == ' ')
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
						 row->words + length + 1);
}

static void add_first_words(const struct completion *completion)
{
	const struct command *row;
	char word[48], what[96];

	for (int i = 0; (row = table_command(i)); i++) {
		size_t length = strcspn(row->words, " ");

		snprintf(word, sizeof(word), "%.*s", (int)length, row->words);
		verbs_of(word, length, what, sizeof(what));
		completion_add(completion, word, row->words[length] ? what : row->summary);
	}
	for (int i = 0; (row = table_crew(i)); i++)
		completion_add(completion, row->words, row->summary);
}

static void add_verbs(const struct completion *completion, const char *noun)
{
	size_t length = strlen(noun);
	const struct command *row;

	for (int i = 0; (row = table_command(i)); i++)
		if (strncmp(row->words, noun, length) == 0 && row->words[length] == ' ')
			completion_add(completion, row->words + length + 1, row->summary);
}

/* ---- its arguments ---- */

/* What the words before the last one have used up. */
struct place {
	const struct command *command;
	bool is_used[COMMAND_MOST_ARGUMENTS];
	const struct argument *option; /* the last word is this option's */
};

static int option_index(const struct command *command, const char *word)
{
	int index = strncmp(word, "--", 2) == 0 ? table_argument(command, word + 2) : -1;

	return index >= 0 && command->arguments[index].place == PLACE_OPTION ? index : -1;
}

static int next_argument(const struct place *place)
{
	const struct argument *arguments = place->command->arguments;

	for (int i = 0; arguments[i].place != PLACE_END; i++)
		if (arguments[i].place != PLACE_OPTION && !place->is_used[i])
			return i;
	return -1;
}

static void read_word(struct place *place, const char *word)
{
	int index = option_index(place->command, word);

	if (place->option) {
		place->option = NULL;
		return;
	}
	if (index >= 0 && place->command->arguments[index].type != TYPE_FLAG)
		place->option = &place->command->arguments[index];
	if (index < 0)
		index = next_argument(place);
	if (index >= 0)
		place->is_used[index] = true;
}

static void add_options(const struct completion *completion, const struct place *place)
{
	const struct argument *arguments = place->command->arguments;
	char word[48];

	for (int i = 0; arguments[i].place != PLACE_END; i++) {
		if (arguments[i].place != PLACE_OPTION || place->is_used[i])
			continue;
		snprintf(word, sizeof(word), "--%s", arguments[i].name);
		completion_add(completion, word, arguments[i].help);
	}
}

/* Options are offered where nothing else is needed first, or once a dash is typed. */
static void add_arguments(const struct completion *completion, const struct place *place)
{
	int index = next_argument(place);
	const struct argument *next = index >= 0 ? &place->command->arguments[index] : NULL;

	if (place->option) {
		complete_value(completion, place->option->type);
		return;
	}
	if (next && *completion->begun != '-')
		complete_value(completion, next->type);
	if (!next || next->place == PLACE_MAYBE || *completion->begun == '-')
		add_options(completion, place);
}

/* Where the command that is being typed begins: behind "--" (what a cue does), and there behind ";". */
static int begin_of(int n_words, char *const *words)
{
	int begin = 0;

	for (int i = 0; i < n_words - 1; i++) {
		size_t length = strlen(words[i]);

		if (strcmp(words[i], "--") == 0 || (begin && length && words[i][length - 1] == ';'))
			begin = i + 1;
	}
	return begin;
}

void complete_command(int n_words, char *const *words, const struct asker *asker,
		      struct candidates *out)
{
	struct completion completion = {n_words ? words[n_words - 1] : "", "", "", asker, out};
	struct place place = {0};
	int used = 0, begin = begin_of(n_words, words);

	*out = (struct candidates){0};
	n_words -= begin;
	words += begin;
	if (n_words <= 1) {
		add_first_words(&completion);
		return;
	}
	if (strcmp(words[0], "help") == 0) {
		/* It takes the names of commands, not what they take. */
		if (n_words <= 3)
			complete_command(n_words - 1, words + 1, NULL, out);
		return;
	}
	place.command = table_find(n_words - 1, words, &used);
	if (!place.command) {
		place.command = table_find_crew(words[0]);
		used = 1;
	}
	if (n_words == 2)
		add_verbs(&completion, words[0]);
	if (!place.command)
		return;
	for (int i = used; i < n_words - 1; i++)
		read_word(&place, words[i]);
	add_arguments(&completion, &place);
}

/* ---- the program's own options ---- */

static const struct own_option *own(const char *word)
{
	return strncmp(word, "--", 2) == 0 ? own_option_named("twinstage", word + 2) : NULL;
}

static void add_own_options(const struct completion *completion)
{
	const struct own_option *option;
	char word[48];

	for (int i = 0; (option = own_option("twinstage", i)); i++) {
		snprintf(word, sizeof(word), "--%s", option->name);
		completion_add(completion, word, option->meaning);
	}
}

static void add_own_value(const struct completion *completion, const struct own_option *option)
{
	if (strcmp(option->word, "PATH") == 0)
		completion->out->wants_files = true;
	if (strcmp(option->word, "CONDITION") == 0)
		complete_condition(completion);
	if (strcmp(option->word, "WHEN") == 0) {
		completion_add(completion, "auto", "on a terminal");
		completion_add(completion, "always", "");
		completion_add(completion, "never", "");
	}
}

void complete_words(int n_words, char *const *words, const struct asker *asker,
		    struct candidates *out)
{
	char **rest = calloc((size_t)n_words + 1, sizeof(*rest));
	struct completion completion = {n_words ? words[n_words - 1] : "", "", "", asker, out};
	const struct own_option *taking = NULL;
	bool is_ours = true;
	int n = 0;

	for (int i = 0; i < n_words; i++) {
		const struct own_option *option = is_ours && i < n_words - 1 ? own(words[i]) : NULL;

		is_ours = is_ours && (i == n_words - 1 || strcmp(words[i], "--") != 0);

		if (taking && i < n_words - 1)
			taking = NULL;
		else if (option)
			taking = *option->word ? option : NULL;
		else
			rest[n++] = words[i];
	}
	*out = (struct candidates){0};
	if (taking) {
		add_own_value(&completion, taking);
	} else {
		complete_command(n, rest, asker, out);
		if (is_ours && *completion.begun == '-')
			add_own_options(&completion);
	}
	free(rest);
}
