/* SPDX-License-Identifier: EUPL-1.2 */
#include "shell_air.h"

#include <stdio.h>
#include <string.h>

#include "inquiry.h"

#define ON_PROGRAM "\033[1;37;41m"
#define ON_PREVIEW "\033[32m"
#define TROUBLE	   "\033[1;37;45m"
#define PLAIN	   "\033[0m"

void air_init(struct air *air, const char *socket)
{
	*air = (struct air){.socket = socket, .events.fd = -1};
}

void air_finish(struct air *air)
{
	link_close(&air->events);
}

static void keep(char *out, const json_t *data, const char *key)
{
	const char *name = json_string_value(json_object_get(data, key));

	snprintf(out, AIR_NAME, "%s", name ? name : "");
}

/* Before the question, so that nothing happens in between unheard. */
static void listen_on(struct air *air)
{
	static const char *const follow[] = {"events", "--follow"};

	if (air->events.fd < 0 && link_open(&air->events, air->socket) &&
	    !link_say(&air->events, 2, follow))
		link_close(&air->events);
}

bool air_refresh(struct air *air)
{
	struct inquiry inquiry = {.socket = air->socket};
	struct air before = *air;
	json_t *data;

	listen_on(air);
	data = inquiry_ask(&inquiry, "status --levels");
	air->is_known = data != NULL;
	air->is_slate = json_is_true(json_object_get(data, "slate"));
	air->is_black = json_is_true(json_object_get(data, "black"));
	keep(air->program, data, "program");
	keep(air->preview, data, "preview");
	json_decref(data);
	inquiry_end(&inquiry);
	return before.is_known != air->is_known || before.is_slate != air->is_slate ||
	       before.is_black != air->is_black || strcmp(before.program, air->program) != 0 ||
	       strcmp(before.preview, air->preview) != 0;
}

static bool is_of_air(const json_t *answer)
{
	const char *kind =
		json_string_value(json_object_get(json_object_get(answer, "event"), "event"));

	return kind &&
	       (strcmp(kind, "program_changed") == 0 || strcmp(kind, "preview_changed") == 0 ||
		strcmp(kind, "slate_changed") == 0 || strcmp(kind, "black_changed") == 0);
}

bool air_listen(struct air *air)
{
	bool is_changed = false;
	json_t *answer;

	if (!link_read(&air->events)) {
		link_close(&air->events);
		return true;
	}
	while ((answer = link_answer(&air->events))) {
		is_changed = is_changed || is_of_air(answer);
		json_decref(answer);
	}
	return is_changed;
}

/* Appends a word in a colour. */
static void put(char *out, size_t size, char mark, const char *colour, const char *word)
{
	size_t used = strlen(out);

	if (*colour)
		snprintf(out + used, size - used, "%c%s%c%s%c%s%c", mark, colour, mark, word, mark,
			 PLAIN, mark);
	else
		snprintf(out + used, size - used, "%s", word);
}

void air_prompt(const struct air *air, bool is_coloured, char mark, char *out, size_t size)
{
	snprintf(out, size, "[");
	if (!air->is_known)
		put(out, size, mark, is_coloured ? TROUBLE : "", "no server");
	else if (air->is_black)
		put(out, size, mark, is_coloured ? TROUBLE : "", "BLACK");
	else if (air->is_slate || !*air->program)
		put(out, size, mark, is_coloured ? TROUBLE : "", "SLATE");
	else
		put(out, size, mark, is_coloured ? ON_PROGRAM : "", air->program);
	if (*air->preview) {
		put(out, size, mark, "", " | ");
		put(out, size, mark, is_coloured ? ON_PREVIEW : "", air->preview);
	}
	put(out, size, mark, "", "] > ");
}
