/* SPDX-License-Identifier: EUPL-1.2 */
#include "dry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"
#include "show.h"

static const char something[] = "source add cam srt --passphrase 'stage left 2030'\n"
				"source add bars test\n"
				"source add slide still /proc/version\n"
				"invite Anna\n"
				"scene add a pip\n"
				"scene place a cam\n"
				"scene add b grid\n"
				"scene place b speakers\n"
				"cue add 1 One -- cut b; speaker admit Anna\n"
				"cue add 2.5 \"Two; 2\" -- take; preview a\n"
				"cut a\n"
				"preview b\n";

static void die(const char *what, const char *detail, const char *text)
{
	fprintf(stderr, "%s: %s\n%s\n", what, detail, text);
	abort();
}

struct context dry_open(void)
{
	static struct settings *settings;
	static const uint8_t key[32];
	struct show_config config = {.key = key, .key_length = sizeof(key), .is_dry = true};

	if (!settings)
		settings = settings_create();
	config.settings = settings;
	return (struct context){.show = show_create(&config, NULL),
				.access = ACCESS_EDIT,
				.base_url = "https://stage.example"};
}

static void run(struct context *dry, const char *text)
{
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);

	if (!dispatch_text(dry, "text", text, strlen(text), errors))
		die("a line is refused", errors->pdata[0], text);
}

struct context dry_open_filled(void)
{
	struct context dry = dry_open();

	run(&dry, something);
	return dry;
}

void dry_check(struct context *dry)
{
	struct context again = dry_open();
	g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);

	show_write(dry->show, true, first);
	run(&again, first->str);
	show_write(again.show, true, second);
	if (!g_string_equal(first, second))
		die("the show is another one", first->str, second->str);
	show_destroy(again.show);
	show_destroy(dry->show);
}
