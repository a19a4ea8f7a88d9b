/* SPDX-License-Identifier: EUPL-1.2 */
#include "desk.h"

#include <twinstage/stage_stats.h>

#define PASSPHRASE "stage-left-2030"

static void set_up(struct desk *desk)
{
	do_say(desk, "source add cam srt --passphrase " PASSPHRASE);
	do_say(desk, "source add bars test");
	do_say(desk, "source add slide still README.md");
	do_say(desk, "invite \"Zoë Ångström\"");
	do_say(desk, "scene add stage pip --still slide");
	do_say(desk, "scene place stage cam --at 10,20,30,40 --fit fit");
	do_say(desk, "scene place stage speakers");
	do_say(desk, "scene add panel grid");
	do_say(desk, "scene place panel \"Zoë Ångström\"");
	do_say(desk, "speaker admit \"Zoë Ångström\"");
	do_say(desk, "cut stage");
	do_say(desk, "preview panel");
}

static const json_t *member(const json_t *array, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach(array, i,
			   one) if (strcmp(json_string_value(json_object_get(one, "name")), name) ==
				    0) return one;
	fail_msg("no %s", name);
	return NULL;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	return text;
}

/* The column, in characters, that a word begins at in its line. */
static long column_of(const char *text, const char *word)
{
	const char *at = strstr(text, word), *line = at;

	assert_non_null(at);
	while (line > text && line[-1] != '\n')
		line--;
	return g_utf8_strlen(line, at - line);
}

/* What stands on a terminal: wide letters, and such as are put on others. */
static void test_wide_names(void **state)
{
	static const struct {
		const char *name;
		int columns;
	} all[] = {{"日本語テスト", 12}, {"Ng\u0303uyen", 6}, {"שלום", 4}, {"Zoë", 3}};
	struct desk *desk = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autofree char *line = g_strdup_printf("invite '%s'", all[i].name);

		do_say(desk, line);
	}
	const char *text = do_say(desk, "speaker list");
	long state_column = column_of(text, "STATE");

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		const char *at = strstr(text, all[i].name) + strlen(all[i].name);

		assert_int_equal(all[i].columns + (long)strspn(at, " "), state_column);
	}
}

static void test_status(void **state)
{
	struct desk *desk = *state;

	set_up(desk);
	do_say(desk, "source set bars --mute on --gain -6");
	const char *text = do_say(desk, "status");
	const json_t *data = desk->reply.data;

	assert_non_null(strstr(text, "program  stage\npreview  panel\nroom     auto\n"));
	assert_string_equal(text_of(data, "program"), "stage");
	assert_string_equal(text_of(data, "preview"), "panel");
	assert_string_equal(text_of(data, "room"), "auto");
	assert_string_equal(text_of(data, "version"), TWINSTAGE_VERSION);
	assert_true(json_is_false(json_object_get(data, "slate")));
	assert_int_equal(json_integer_value(json_object_get(data, "viewers")), 0);
	assert_float_equal(
		json_number_value(json_object_get(json_object_get(data, "mix"), "encode_ms")), 5,
		0);
	assert_float_equal(
		json_number_value(json_object_get(json_object_get(data, "room_sound"), "peak_db")),
		-120, 0);
	const json_t *cam = member(json_object_get(data, "sources"), "cam");

	assert_string_equal(text_of(cam, "kind"), "srt");
	assert_string_equal(text_of(cam, "role"), "hall");
	assert_string_equal(text_of(cam, "state"), "waiting");
	assert_string_equal(text_of(cam, "tally"), "program");
	assert_true(json_is_true(json_object_get(cam, "encrypted")));
	const json_t *bars = member(json_object_get(data, "sources"), "bars");

	assert_true(json_is_true(json_object_get(bars, "muted")));
	assert_float_equal(json_number_value(json_object_get(bars, "gain_db")), -6, 0);
	assert_string_equal(text_of(bars, "video_codec"), "H.264");
	const json_t *zoe = member(json_object_get(data, "speakers"), "Zoë Ångström");

	assert_true(json_is_true(json_object_get(zoe, "admitted")));
	assert_true(json_is_false(json_object_get(zoe, "connected")));
	assert_string_equal(text_of(zoe, "tally"), "preview");
	/* Columns stand under each other whatever the letters weigh. */
	assert_int_equal(column_of(text, "PGM"), column_of(text, "pvw"));
	assert_int_equal(column_of(text, "waiting"), column_of(text, "STATE"));
	do_say(desk, "slate");
	assert_non_null(strstr(do_say(desk, "status"), "program  stage (SLATE over it)"));
}

static bool is_true(const struct desk *desk, const char *source, const char *key)
{
	const json_t *sources = json_object_get(desk->reply.data, "sources");

	return json_is_true(
		json_object_get(source ? member(sources, source) : desk->reply.data, key));
}

/* Who is heard, why, and that nobody is while it is black. */
static void test_black_and_heard(void **state)
{
	struct desk *desk = *state;

	set_up(desk);
	do_say(desk, "status");
	assert_true(is_true(desk, "cam", "heard") && !is_true(desk, "cam", "pinned"));
	assert_false(is_true(desk, "bars", "heard"));
	do_say(desk, "pin bars");
	do_say(desk, "status");
	assert_true(is_true(desk, "bars", "heard") && is_true(desk, "bars", "pinned"));
	assert_false(is_true(desk, NULL, "black"));
	do_say(desk, "fade-to-black");
	assert_non_null(strstr(do_say(desk, "status"), "program  stage (BLACK)\n"));
	assert_true(is_true(desk, NULL, "black") && is_true(desk, NULL, "fading"));
	assert_false(is_true(desk, "cam", "heard") || is_true(desk, "bars", "heard"));
}

/* What a full-screen view needs and a table has no room for. */
static void test_status_for_views(void **state)
{
	struct desk *desk = *state;

	set_up(desk);
	do_say(desk, "status");
	const json_t *stage = member(json_object_get(desk->reply.data, "scenes"), "stage");
	const json_t *places = json_object_get(stage, "places");
	const json_t *zoe = member(json_object_get(desk->reply.data, "speakers"), "Zoë Ångström");

	/* Nobody stands for "speakers" yet. */
	assert_int_equal(json_array_size(places), 1);
	assert_string_equal(text_of(json_array_get(places, 0), "source"), "cam");
	assert_float_equal(json_number_value(json_array_get(
				   json_object_get(json_array_get(places, 0), "at"), 2)),
			   30, 0.5);
	assert_string_equal(text_of(json_object_get(zoe, "link"), "state"), "waiting");
	assert_true(json_is_null(json_object_get(zoe, "return_link")));
	/* No loop runs that would look at the machine. */
	const json_t *cpu = json_object_get(desk->reply.data, "cpu");

	assert_true(json_integer_value(json_object_get(cpu, "cores")) >= 1);
	assert_true(json_is_null(json_object_get(cpu, "daemon_percent")));
}

static void test_places_of_speakers(void **state)
{
	struct desk *desk = *state;

	set_up(desk);
	do_say(desk, "invite \"Zoë Ångström\"");
	g_autofree char *token = g_strdup(text_of(desk->reply.data, "token"));

	arrive(desk->stage, token);
	do_say(desk, "status");
	const json_t *stage = member(json_object_get(desk->reply.data, "scenes"), "stage");
	const json_t *places = json_object_get(stage, "places");

	assert_int_equal(json_array_size(places), 2);
	assert_string_equal(text_of(json_array_get(places, 1), "source"), "Zoë Ångström");
}

static void test_levels(void **state)
{
	struct desk *desk = *state;

	set_up(desk);
	const char *text = do_say(desk, "status --levels");
	const json_t *data = desk->reply.data;
	const json_t *cam = member(json_object_get(data, "sources"), "cam");
	const json_t *buses = json_object_get(data, "buses");

	assert_int_equal(column_of(text, "program"), 0);
	assert_string_equal(text_of(data, "program"), "stage");
	assert_string_equal(text_of(data, "preview"), "panel");
	assert_string_equal(text_of(cam, "tally"), "program");
	assert_string_equal(text_of(cam, "state"), "waiting");
	assert_float_equal(json_number_value(json_object_get(cam, "held_db")), -120, 0);
	assert_int_equal(json_array_size(buses), 2);
	assert_string_equal(text_of(json_array_get(buses, 0), "bus"), "program");
	assert_true(json_is_number(json_object_get(json_array_get(buses, 0), "short_term_lufs")));
}

static void check_widths(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i]; i++)
		assert_true(g_utf8_strlen(lines[i], -1) <= 100);
}

static void check_fits(struct desk *desk, int columns, const char *head)
{
	desk->columns = columns;
	const char *text = do_say(desk, "source list");
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i]; i++)
		assert_true(g_utf8_strlen(lines[i], -1) <= columns);
	if (!strstr(text, head))
		fail_msg("not in %d columns: %s\n%s", columns, head, text);
	assert_int_equal(column_of(text, "LIP SYNC"), column_of(text, "+37 ms"));
	assert_int_equal(column_of(text, "LOSS"), column_of(text, "0.0%"));
}

/* No line is broken where the table can be drawn together, and the long names have room. */
static void test_terminals(void **state)
{
	struct desk *desk = *state;

	set_up(desk);
	note(desk->stage, NOTE_SOURCE_LIVE, source_id(desk->stage, "cam"), 0, NULL);
	check_fits(desk, 120,
		   "SOURCE           AIR STATE     ROLE   PICTURE          SOUND    LOSS ");
	check_fits(desk, 80, "SOURCE       AIR STATE   ROLE   PICTURE        SOUND ");
	check_fits(desk, 76, "SOURCE       AIR STATE   PICTURE        SOUND ");
	do_say(desk, "source add balcony-left-of-stage test");
	check_fits(desk, 120, "SOURCE                AIR STATE     ROLE ");
	check_fits(desk, 80, "SOURCE                AIR STATE   PICTURE        LOSS DELAY ");
}

/* What a crew needs of each source stands in columns; what is not known is a dash, and null. */
static void test_measures(void **state)
{
	struct desk *desk = *state;

	set_up(desk);
	note(desk->stage, NOTE_SOURCE_LIVE, source_id(desk->stage, "cam"), 0, NULL);
	note(desk->stage, NOTE_SOURCE_LOST, source_id(desk->stage, "bars"), 0, "its end");
	const char *text = do_say(desk, "source list");

	assert_int_equal(column_of(text, "LIP SYNC"), column_of(text, "+37 ms"));
	assert_int_equal(column_of(text, "PICTURE"), column_of(text, "1920x1080 50/s"));
	assert_int_equal(column_of(text, "LOSS"), column_of(text, "0.0%"));
	check_widths(text);
	check_widths(do_say(desk, "status"));
	const json_t *data = desk->reply.data;
	const json_t *cam = member(json_object_get(data, "sources"), "cam");

	assert_true(json_is_null(json_object_get(cam, "decode_ms")));
	assert_float_equal(json_number_value(json_object_get(cam, "lip_sync_ms")), 36.67, 0);
	assert_int_equal(json_integer_value(json_object_get(cam, "pictures_late")), 3);
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(cam, "decode"), "buckets")),
		STAGE_BUCKETS);
	const json_t *buses = json_object_get(data, "buses");

	assert_int_equal(json_array_size(buses), 4);
	assert_string_equal(text_of(json_array_get(buses, 1), "bus"), "room");
	assert_true(json_is_object(json_object_get(json_array_get(buses, 1), "picture")));
}

static void test_empty_show(void **state)
{
	struct desk *desk = *state;

	assert_non_null(strstr(do_say(desk, "status"),
			       "program  nothing: the slate is shown\npreview  nothing\n"));
	assert_string_equal(do_say(desk, "source list"), "");
	assert_int_equal(json_array_size(json_object_get(desk->reply.data, "sources")), 0);
	assert_string_equal(do_say(desk, "scene list"), "");
	assert_true(json_is_array(json_object_get(desk->reply.data, "scenes")));
	assert_string_equal(do_say(desk, "speaker list"), "");
	assert_true(json_is_array(json_object_get(desk->reply.data, "speakers")));
	assert_string_equal(do_say(desk, "version"), "twinstage " TWINSTAGE_VERSION);
}

static void test_scenes(void **state)
{
	struct desk *desk = *state;

	set_up(desk);
	const char *text = do_say(desk, "scene list");
	const json_t *stage = member(json_object_get(desk->reply.data, "scenes"), "stage");
	const json_t *boxes = json_object_get(stage, "boxes");

	assert_non_null(strstr(text, "cam, speakers"));
	assert_string_equal(text_of(stage, "layout"), "pip");
	assert_string_equal(text_of(stage, "still"), "slide");
	assert_string_equal(text_of(stage, "tally"), "program");
	assert_int_equal(json_array_size(boxes), 2);
	assert_string_equal(text_of(json_array_get(boxes, 0), "fit"), "fit");
	assert_float_equal(json_number_value(json_array_get(
				   json_object_get(json_array_get(boxes, 0), "at"), 3)),
			   40, 0);
	assert_string_equal(text_of(json_array_get(boxes, 1), "source"), "speakers");
	assert_null(json_object_get(json_array_get(boxes, 1), "at"));
}

static void test_connected_speaker(void **state)
{
	struct desk *desk = *state;

	set_up(desk);
	do_say(desk, "invite \"Zoë Ångström\"");
	g_autofree char *token = g_strdup(text_of(desk->reply.data, "token"));

	arrive(desk->stage, token);
	const char *text = do_say(desk, "speaker list");

	assert_non_null(strstr(text, "connected"));
	assert_non_null(strstr(text, "admitted"));
	assert_true(json_is_true(json_object_get(
		member(json_object_get(desk->reply.data, "speakers"), "Zoë Ångström"),
		"connected")));
	assert_non_null(strstr(do_say(desk, "source list"), "320x180"));
}

static void check_hidden(struct desk *desk, const char *what, const char *secret)
{
	g_autofree char *line = g_strdup(what);

	do_say(desk, line);
	char *json = json_dumps(desk->reply.data, 0);

	assert_null(strstr(desk->reply.text->str, secret));
	assert_null(strstr(json, secret));
	free(json);
}

/* Passphrases and links are in the show's file and in the invite's own answer, and nowhere else. */
static void test_secrets(void **state)
{
	static const char *const lines[] = {"status",	    "source list", "scene list",
					    "speaker list", "viewer list", "events"};
	struct desk *desk = *state;

	set_up(desk);
	do_say(desk, "invite Anna");
	g_autofree char *token = g_strdup(text_of(desk->reply.data, "token"));
	g_autofree char *session = publish(desk->stage, token);

	g_autofree char *watching = join(desk->stage, "program", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		check_hidden(desk, lines[i], watching);
		check_hidden(desk, lines[i], PASSPHRASE);
		check_hidden(desk, lines[i], token);
		check_hidden(desk, lines[i], session);
	}
	for (guint i = 0; i < desk->stage->told->len; i++) {
		assert_null(strstr(desk->stage->told->pdata[i], PASSPHRASE));
		assert_null(strstr(desk->stage->told->pdata[i], token));
		assert_null(strstr(desk->stage->told->pdata[i], session));
	}
	/* Nor does a refusal say it again. */
	assert_false(say(desk, "source add x test --passphrase " PASSPHRASE));
	assert_null(strstr(desk->error->message, PASSPHRASE));
	assert_false(say(desk, "source add x srt --passphrase short"));
	assert_null(strstr(desk->error->message, "short"));
}

static void test_viewers(void **state)
{
	struct desk *desk = *state;

	assert_string_equal(do_say(desk, "viewer list"), "");
	g_free(join(desk->stage, "program", NULL));
	struct fake_peer *peer = fake_newest_peer();

	assert_non_null(strstr(do_say(desk, "viewer list"), "waiting"));
	note(desk->stage, NOTE_PEER_CONNECTED, peer->id, 0, "10.0.0.1:5000");
	peer->stats = (struct rtc_peer_stats){.is_connected = true,
					      .address = "10.0.0.1:5000",
					      .estimate_kbps = 2345.6,
					      .loss_percent = 1.25,
					      .rtt_ms = 30};
	const char *text = do_say(desk, "viewer list");
	const json_t *viewer = json_array_get(json_object_get(desk->reply.data, "viewers"), 0);

	assert_int_equal(column_of(text, "10.0.0.1:5000"), column_of(text, "ADDRESS"));
	assert_int_equal(column_of(text, "full"), column_of(text, "RENDITION"));
	assert_int_equal(column_of(text, "2346"), column_of(text, "KBIT/S"));
	assert_int_equal(column_of(text, "30 ms"), column_of(text, "RTT"));
	assert_string_equal(text_of(viewer, "bus"), "program");
	assert_string_equal(text_of(viewer, "rendition"), "full");
	assert_float_equal(json_number_value(json_object_get(viewer, "kbps")), 2345.6, 0);
	assert_float_equal(json_number_value(json_object_get(viewer, "loss_percent")), 1.25, 0);
	assert_true(json_is_false(json_object_get(viewer, "congested")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_wide_names, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_status, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_black_and_heard, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_status_for_views, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_places_of_speakers, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_levels, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_measures, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_terminals, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_empty_show, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_scenes, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_connected_speaker, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_viewers, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_secrets, desk_open, desk_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
