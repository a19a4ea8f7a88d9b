/* SPDX-License-Identifier: EUPL-1.2 */
#include "desk.h"

#include "parse.h"

int desk_open(void **state)
{
	struct desk *desk = g_new0(struct desk, 1);

	stage_open((void **)&desk->stage);
	desk->context = (struct context){.show = desk->stage->show,
					 .access = ACCESS_EDIT,
					 .base_url = "https://stage.example"};
	reply_init(&desk->reply);
	*state = desk;
	return 0;
}

int desk_close(void **state)
{
	struct desk *desk = *state;

	reply_finish(&desk->reply);
	g_clear_error(&desk->error);
	stage_close((void **)&desk->stage);
	g_free(desk);
	return 0;
}

static void begin(struct desk *desk)
{
	reply_finish(&desk->reply);
	reply_init(&desk->reply);
	desk->reply.columns = desk->columns;
	g_clear_error(&desk->error);
	desk->position = -2;
}

bool say(struct desk *desk, const char *line)
{
	struct line words = {0};
	int column;
	bool is_done;

	begin(desk);
	assert_true(line_split(line, &words, &column, NULL));
	is_done = dispatch_words(&desk->context, words.n_words, words.words, &desk->reply,
				 &desk->position, &desk->error);
	line_finish(&words);
	assert_true(is_done == (desk->error == NULL));
	return is_done;
}

const char *do_say(struct desk *desk, const char *line)
{
	if (!say(desk, line))
		fail_msg("%s: %s", line, desk->error->message);
	assert_true(g_utf8_validate(desk->reply.text->str, -1, NULL));
	assert_false(g_str_has_suffix(desk->reply.text->str, "\n"));
	return desk->reply.text->str;
}

static void check_refused(struct desk *desk, const char *what, enum error_code code,
			  const char *part)
{
	if (error_code_of(desk->error) != code || !strstr(desk->error->message, part))
		fail_msg("%s: refused with %s: %s", what, error_name(error_code_of(desk->error)),
			 desk->error->message);
	assert_true(g_utf8_validate(desk->error->message, -1, NULL));
}

void refuse(struct desk *desk, const char *line, enum error_code code, const char *part,
	    int position)
{
	g_autofree char *before = stage_text(desk->stage, true);

	if (say(desk, line))
		fail_msg("done: %s", line);
	g_autofree char *after = stage_text(desk->stage, true);

	check_refused(desk, line, code, part);
	assert_string_equal(before, after);
	if (desk->position != position)
		fail_msg("%s: word %d is wrong, not %d", line, desk->position, position);
}

bool post(struct desk *desk, const char *path, const char *json)
{
	g_autofree char *text = g_strdelimit(g_strdup(json), "'", '"');
	json_t *arguments = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	bool is_done;

	assert_non_null(arguments);
	begin(desk);
	is_done = dispatch_object(&desk->context, path, arguments, &desk->reply, &desk->error);
	json_decref(arguments);
	assert_true(is_done == (desk->error == NULL));
	return is_done;
}

void do_post(struct desk *desk, const char *path, const char *json)
{
	if (!post(desk, path, json))
		fail_msg("%s %s: %s", path, json, desk->error->message);
}

void refuse_post(struct desk *desk, const char *path, const char *json, enum error_code code,
		 const char *part)
{
	g_autofree char *before = stage_text(desk->stage, true);

	if (post(desk, path, json))
		fail_msg("done: %s %s", path, json);
	g_autofree char *after = stage_text(desk->stage, true);

	check_refused(desk, json, code, part);
	assert_string_equal(before, after);
}

struct show *make_dry(struct desk *desk)
{
	static const uint8_t key[32];
	struct show_config config = {.settings = desk->stage->settings,
				     .key = key,
				     .key_length = sizeof(key),
				     .is_dry = true};
	struct show *show = show_create(&config, NULL);

	assert_non_null(show);
	return show;
}
