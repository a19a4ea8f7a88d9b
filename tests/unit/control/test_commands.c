/* SPDX-License-Identifier: EUPL-1.2
 *
 * Each command answers whatever it is given.
 */
#include "desk.h"

#include "overlay.h"
#include "undo.h"

#include "table.h"

/* ---- any arguments ---- */

static const char *const words[] = {
	"a",
	"b",
	"cam",
	"Anna",
	"Zoë Ångström",
	"speakers",
	"program",
	"auto",
	"on",
	"off",
	"srt",
	"test",
	"still",
	"file",
	"grid",
	"pip",
	"mix",
	"cut",
	"fit",
	"hall",
	"remote",
	"-6dB",
	"0",
	"-1",
	"120",
	"500ms",
	"3h",
	"#102030",
	"0,0,50,50",
	"99,99,1,1",
	"2020-05-01T20:00:00Z",
	"README.md",
	"/no/such",
	"long enough",
	"--",
	"12.5",
	"cut a",
	"cut a; speaker admit Anna; preview b",
	"",
};

static const char *pick(GRand *random)
{
	return words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))];
}

/* A call of a row as somebody in a hurry would type it: mostly right. */
static int make_call(const struct command *command, GRand *random, char **call)
{
	g_auto(GStrv) name = g_strsplit(command->words, " ", 2);
	int n = 0;

	for (int i = 0; name[i]; i++)
		call[n++] = g_strdup(name[i]);
	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++) {
		if (g_rand_int_range(random, 0, 8) == 0 ||
		    (one->place != PLACE_NEEDED && g_rand_boolean(random)))
			continue;
		if (one->place == PLACE_OPTION)
			call[n++] = g_strdup_printf("--%s", one->name);
		if (one->type == TYPE_REST)
			call[n++] = g_strdup("--");
		if (one->type != TYPE_FLAG)
			call[n++] = g_strdup(pick(random));
	}
	if (g_rand_int_range(random, 0, 8) == 0)
		call[n++] = g_strdup(pick(random));
	call[n] = NULL;
	return n;
}

static void check_answer(bool is_done, const struct reply *reply, const GError *error)
{
	assert_true(is_done == (error == NULL));
	if (is_done) {
		assert_true(json_is_object(reply->data));
		assert_true(g_utf8_validate(reply->text->str, -1, NULL));
	} else {
		assert_true(error->domain == TWINSTAGE_ERROR && *error->message);
		assert_true(g_utf8_validate(error->message, -1, NULL));
	}
}

static void run_words(const struct context *context, const struct command *command, GRand *random)
{
	char *call[2 * COMMAND_MOST_ARGUMENTS + 6];
	int n = make_call(command, random, call), position;
	g_autoptr(GError) error = NULL;
	struct reply reply;

	reply_init(&reply);
	bool is_done = dispatch_words(context, n, call, &reply, &position, &error);

	check_answer(is_done, &reply, error);
	if (!is_done)
		assert_in_range(position, 0, n);
	reply_finish(&reply);
	for (int i = 0; i < n; i++)
		g_free(call[i]);
}

static json_t *any_value(GRand *random)
{
	switch (g_rand_int_range(random, 0, 12)) {
	case 0:
		return json_integer(g_rand_int_range(random, -100, 3000));
	case 1:
		return json_real(g_rand_double_range(random, -70, 20));
	case 2:
		return json_boolean(g_rand_boolean(random));
	case 3:
		return json_null();
	case 4:
		return json_array();
	default:
		return json_string(pick(random));
	}
}

static void run_object(const struct context *context, const struct command *command, GRand *random)
{
	g_autofree char *path = g_strdelimit(g_strdup(command->words), " ", '/');
	g_autoptr(GError) error = NULL;
	json_t *object = json_object();
	struct reply reply;

	for (const struct argument *one = command->arguments; one->place != PLACE_END; one++)
		if (one->place == PLACE_NEEDED || g_rand_boolean(random))
			json_object_set_new(object, one->name, any_value(random));
	reply_init(&reply);
	bool is_done = dispatch_object(context, path, object, &reply, &error);

	check_answer(is_done, &reply, error);
	reply_finish(&reply);
	json_decref(object);
}

static bool writes_files(const struct command *command)
{
	return strcmp(command->id, "show_save") == 0;
}

static void check_writes_itself(const struct context *context, struct desk *desk)
{
	struct context there = {.show = make_dry(desk), .access = ACCESS_EDIT};
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);

	/* That its file is not there is found out backstage, which no test waits for here. */
	overlay_hide(context->show, OVERLAY_LOGO);
	show_write(context->show, true, first);
	if (!dispatch_text(&there, "x", first->str, first->len, errors))
		fail_msg("%s in:\n%s", (const char *)errors->pdata[0], first->str);
	show_write(there.show, true, second);
	assert_string_equal(first->str, second->str);
	show_destroy(there.show);
}

static void run_any(struct desk *desk, const struct context *context, guint32 seed, int times)
{
	GRand *random = g_rand_new_with_seed(seed);
	int n = 0;

	while (table_command(n))
		n++;

	for (int i = 0; i < times; i++) {
		const struct command *command = table_command(g_rand_int_range(random, 0, n));

		if (writes_files(command))
			continue;
		if (g_rand_boolean(random))
			run_words(context, command, random);
		else
			run_object(context, command, random);
	}
	check_writes_itself(context, desk);
	g_rand_free(random);
}

static void test_any_arguments_dry(void **state)
{
	struct desk *desk = *state;

	for (guint32 seed = 1; seed <= 20; seed++) {
		struct context dry = {.show = make_dry(desk), .access = ACCESS_EDIT};

		run_any(desk, &dry, seed, 1000);
		show_destroy(dry.show);
	}
}

/* The same on a show with media (fakes), where plans and tally follow each command. */
static void test_any_arguments(void **state)
{
	struct desk *desk = *state;

	desk->context.undo = undo_create(desk->stage->show);

	for (guint32 seed = 1; seed <= 5; seed++) {
		run_any(desk, &desk->context, seed, 1000);
		show_clear(desk->stage->show);
	}
	undo_destroy(desk->context.undo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_any_arguments_dry, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_any_arguments, desk_open, desk_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
