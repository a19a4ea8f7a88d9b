/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

#include <unistd.h>

static void on_event(const struct event *event, void *data)
{
	struct stage *stage = data;

	assert_true(g_utf8_validate(event->text, -1, NULL));
	if (event->kind != EVENT_show_changed)
		g_ptr_array_add(stage->told, g_strdup_printf("%s %s: %s", event_name(event->kind),
							     event->subject, event->text));
}

struct stage *stage_create(void)
{
	struct stage *stage = g_new0(struct stage, 1);

	fakes_reset();
	stage->settings = settings_create();
	stage->told = g_ptr_array_new_with_free_func(g_free);
	return stage;
}

bool stage_start(struct stage *stage, GError **error)
{
	static const uint8_t key[32] = "a key of thirty-two bytes, fixed";
	struct show_config config = {
		.settings = stage->settings, .key = key, .key_length = sizeof(key)};

	stage->show = show_create(&config, error);
	if (stage->show)
		assert_int_not_equal(show_listen(stage->show, on_event, stage), 0);
	return stage->show != NULL;
}

int stage_open(void **state)
{
	struct stage *stage = stage_create();

	*state = stage;
	assert_done(stage_start(stage, &error));
	return 0;
}

int stage_close(void **state)
{
	struct stage *stage = *state;

	show_destroy(stage->show);
	assert_int_equal(fakes.painters + fakes.mixers + fakes.ports + fakes.listeners, 0);
	assert_int_equal(fakes.ingests, 0);
	assert_int_equal(fakes.backstages, 0);
	assert_int_equal(fakes.encoders, 0);
	assert_int_equal(fakes.inputs, 0);
	fakes_reset();
	settings_destroy(stage->settings);
	g_ptr_array_free(stage->told, TRUE);
	g_free(stage);
	return 0;
}

void stage_set(struct stage *stage, const char *setting, const char *value)
{
	assert_done(settings_set(stage->settings, setting, value, &error));
}

char *stage_text(const struct stage *stage, bool is_private)
{
	GString *text = g_string_new(NULL);

	show_write(stage->show, is_private, text);
	return g_string_free(text, FALSE);
}

int stage_told(const struct stage *stage, const char *start)
{
	int n = 0;

	for (guint i = 0; i < stage->told->len; i++)
		n += g_str_has_prefix(stage->told->pdata[i], start);
	return n;
}

void stage_forget(struct stage *stage)
{
	g_ptr_array_set_size(stage->told, 0);
}

void check_refusal(struct stage *stage, GError *error, enum error_code code, const char *part,
		   const char *text_before, uint64_t revision_before)
{
	g_autofree char *text = stage_text(stage, true);

	assert_non_null(error);
	if (error_code_of(error) != code || !strstr(error->message, part))
		fail_msg("refused with %s: %s", error_name(error_code_of(error)), error->message);
	assert_true(g_utf8_validate(error->message, -1, NULL));
	assert_string_equal(text, text_before);
	assert_int_equal(show_revision(stage->show), revision_before);
	assert_int_equal(stage->told->len, 0);
	g_error_free(error);
}

/* ---- words ---- */

void add_source(struct stage *stage, const char *name, enum source_kind kind)
{
	struct source_spec spec = {.name = name, .kind = kind};

	assert_done(source_add(stage->show, &spec, &error));
}

void add_still(struct stage *stage, const char *name)
{
	/* Any file that is there: nothing reads it. */
	struct source_spec spec = {.name = name, .kind = SOURCE_STILL, .path = "README.md"};

	assert_done(source_add(stage->show, &spec, &error));
}

void add_scene(struct stage *stage, const char *name, enum layout layout, ...)
{
	struct scene_spec spec = {.name = name, .layout = layout};
	va_list sources;
	const char *one;

	assert_done(scene_add(stage->show, &spec, &error));
	va_start(sources, layout);
	while ((one = va_arg(sources, const char *))) {
		struct box_spec box = {.source = one};

		assert_done(scene_place(stage->show, name, &box, &error));
	}
	va_end(sources);
}

char *invite(struct stage *stage, const char *name)
{
	struct invite_spec spec = {.name = name};
	char *token = NULL;

	assert_done(speaker_invite(stage->show, &spec, &token, &error));
	assert_non_null(token);
	return token;
}

char *join(struct stage *stage, const char *bus, const char *token)
{
	g_autofree char *answer = NULL;
	char *session = NULL;

	assert_done(
		viewer_join(stage->show, bus, token, "10.0.0.1", "v=0", &session, &answer, &error));
	assert_non_null(answer);
	return session;
}

void join_crew(struct stage *stage, const char *bus)
{
	g_autofree char *session = NULL, *answer = NULL;

	assert_done(
		viewer_join_crew(stage->show, bus, "10.0.0.1", "v=0", &session, &answer, &error));
}

char *publish(struct stage *stage, const char *token)
{
	g_autofree char *answer = NULL;
	char *session = NULL;

	assert_done(
		viewer_publish(stage->show, token, "10.0.0.1", "v=0", &session, &answer, &error));
	assert_non_null(answer);
	return session;
}

void note(struct stage *stage, enum note_kind kind, uint64_t id, int64_t value, const char *text)
{
	struct note *made = note_new(kind, id, value, text);

	show_take_note(stage->show, made);
	g_free(made);
}

uint64_t arrive(struct stage *stage, const char *token)
{
	g_free(publish(stage, token));
	uint64_t id = fake_newest_peer()->id;

	note(stage, NOTE_PEER_CONNECTED, id, 0, "10.0.0.1:5000");
	return id;
}

/* ---- looking ---- */

static int source_index(struct stage *stage, const char *name)
{
	for (int i = 0; i < source_count(stage->show); i++) {
		struct source_view view;

		source_view(stage->show, i, &view);
		if (strcmp(view.name, name) == 0)
			return i;
	}
	fail_msg("no source %s", name);
	return -1;
}

/* The picture plan holds all sources in the show's order. */
uint64_t source_id(struct stage *stage, const char *name)
{
	return fakes.picture->sources[source_index(stage, name)].id;
}

struct speaker_view speaker(struct stage *stage, const char *name)
{
	struct speaker_view view = {0};

	for (int i = 0; i < speaker_count(stage->show); i++) {
		speaker_view(stage->show, i, &view);
		if (strcmp(view.name, name) == 0)
			return view;
	}
	fail_msg("no speaker %s", name);
	return view;
}

struct source_view source(struct stage *stage, const char *name)
{
	struct source_view view = {0};

	assert_true(source_find(stage->show, name, &view));
	return view;
}

float gain(struct stage *stage, int bus, const char *name)
{
	uint64_t id = source_id(stage, name);

	assert_true(bus < fakes.sound->n_buses);
	for (int i = 0; i < fakes.sound->n_sources; i++)
		if (fakes.sound->sources[i].id == id)
			return fakes.sound->buses[bus].gain[i];
	fail_msg("no sound of %s", name);
	return 0;
}

char *boxes(struct stage *stage, int bus)
{
	const struct plan_scene *scene = &fakes.picture->buses[bus].scene;
	GString *text = g_string_new(NULL);

	for (int i = 0; i < scene->n_boxes; i++) {
		struct source_view view = {.name = "-"};

		if (scene->boxes[i].source >= 0)
			source_view(stage->show, scene->boxes[i].source, &view);
		g_string_append_printf(text, "%s%s", i ? "," : "", view.name);
	}
	return g_string_free(text, FALSE);
}
