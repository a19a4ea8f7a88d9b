/* SPDX-License-Identifier: EUPL-1.2
 *
 * What an argument may be: words of a closed vocabulary, or names of what is there.
 */
#include <stdio.h>
#include <string.h>

#include "complete_private.h"
#include "types.h"

/* Which names a type takes: those in `list` of the answer to `ask`, each described by `detail`. */
static const struct {
	enum argument_type type;
	const char *ask, *list, *name, *detail;
} live[] = {
	{TYPE_SOURCE, "source list", "sources", "name", "state"},
	{TYPE_BOX, "source list", "sources", "name", "state"},
	{TYPE_PICTURE, "source list", "sources", "name", "state"},
	{TYPE_CUE, "cue list", "cues", "cue", "title"},
	{TYPE_SCENE, "scene list", "scenes", "name", "layout"},
	{TYPE_ROOM, "scene list", "scenes", "name", "layout"},
	{TYPE_SPEAKER, "speaker list", "speakers", "name", "connected"},
	{TYPE_PERSON, "speaker list", "speakers", "name", "connected"},
};
#define N_LIVE (sizeof(live) / sizeof(*live))

/* Words that stand beside the names. */
static const struct {
	enum argument_type type;
	const char *word, *what;
} besides[] = {
	{TYPE_BOX, "speakers", "everybody who is admitted"},
	{TYPE_PICTURE, "program", "what is on air"},
	{TYPE_PICTURE, "preview", "what is next"},
	{TYPE_PICTURE, "room", "what the hall sees"},
	{TYPE_PICTURE, "multiview", "the crew's picture of all"},
	{TYPE_ROOM, "auto", "remote speakers and slides"},
	{TYPE_ROOM, "program", "what program shows"},
};
#define N_BESIDES (sizeof(besides) / sizeof(*besides))

/* "live", "grid"; of a truth its name: "connected" or "not connected". */
static void describe(const json_t *detail, const char *name, char *text, size_t size)
{
	const char *words = json_string_value(detail) ? json_string_value(detail) : "";
	size_t length = strlen(words);

	if (json_is_boolean(detail)) {
		snprintf(text, size, "%s%s", json_is_true(detail) ? "" : "not ", name);
		return;
	}
	/* Never half a letter. */
	if (length >= size)
		for (length = size - 1; length && ((unsigned char)words[length] & 0xc0) == 0x80;)
			length--;
	snprintf(text, size, "%.*s", (int)length, words);
}

static void add_names(const struct completion *completion, size_t row)
{
	const struct asker *asker = completion->asker;
	json_t *answer = asker ? asker->ask(asker->data, live[row].ask) : NULL;
	const json_t *list = json_object_get(answer, live[row].list);
	char what[64];

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *name = json_string_value(json_object_get(one, live[row].name));

		describe(json_object_get(one, live[row].detail), live[row].detail, what,
			 sizeof(what));
		if (name)
			completion_add(completion, name, what);
	}
	json_decref(answer);
}

void complete_value(const struct completion *completion, enum argument_type type)
{
	const struct word *words = type_words(type);

	for (; words && words->text; words++)
		completion_add(completion, words->text, "");
	for (size_t i = 0; i < N_LIVE; i++)
		if (live[i].type == type)
			add_names(completion, i);
	for (size_t i = 0; i < N_BESIDES; i++)
		if (besides[i].type == type)
			completion_add(completion, besides[i].word, besides[i].what);
	if (type == TYPE_PATH)
		completion->out->wants_files = true;
}
