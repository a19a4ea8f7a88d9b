/* SPDX-License-Identifier: EUPL-1.2
 *
 * One line, as somebody types it, on a show that has something in it; and it is taken back again.
 */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

#include "dry.h"
#include "parse.h"
#include "undo.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void run(const struct context *dry, const struct line *line)
{
	struct reply reply;
	GError *error = NULL;
	int position = -2;

	reply_init(&reply);
	bool is_done = dispatch_words(dry, line->n_words, line->words, &reply, &position, &error);

	if (is_done != !error || position < -1 || position > line->n_words)
		abort();
	if (!g_utf8_validate(error ? error->message : reply.text->str, -1, NULL))
		abort();
	g_clear_error(&error);
	reply_finish(&reply);
}

static void take_back(const struct context *dry)
{
	struct line undo;
	int column;

	line_split("undo", &undo, &column, NULL);
	run(dry, &undo);
	line_finish(&undo);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autofree char *text = g_strndup((const char *)bytes, length);
	struct context dry = dry_open_filled();
	struct line line;
	int column;

	dry.undo = undo_create(dry.show);
	if (line_split(text, &line, &column, NULL)) {
		/* Those about show files read and write any path. */
		if (line.n_words == 0 || !g_str_has_prefix(line.words[0], "show"))
			run(&dry, &line);
		line_finish(&line);
		take_back(&dry);
	}
	undo_destroy(dry.undo);
	dry_check(&dry);
	return 0;
}
