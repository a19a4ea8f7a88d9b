/* SPDX-License-Identifier: EUPL-1.2
 *
 * What is laid over the pictures: what is refused, what takes whose place, on which buses it is.
 */
#include "stage.h"

#include "overlay.h"

enum { PROGRAM, ROOM, PREVIEW };

static bool show_title(struct stage *stage, const char *name, const char *role, GError **error)
{
	struct overlay_spec spec = {.kind = OVERLAY_TITLE, .text = name, .more = role};

	return overlay_show(stage->show, &spec, &(uint64_t){0}, error);
}

static bool show_kind(struct stage *stage, enum overlay_kind kind, const char *text, GError **error)
{
	struct overlay_spec spec = {.kind = kind, .text = text};

	return overlay_show(stage->show, &spec, &(uint64_t){0}, error);
}

static int planned(enum overlay_kind kind, bool is_leaving)
{
	int n = 0;

	for (int i = 0; i < fakes.picture->n_overlays; i++)
		n += fakes.picture->overlays[i].kind == kind &&
		     fakes.picture->overlays[i].is_leaving == is_leaving;
	return n;
}

static void wait_ns(struct stage *stage, int64_t ns)
{
	int64_t end_ns = clock_now_ns() + ns;

	while (clock_now_ns() < end_ns) {
		show_on_timer(stage->show);
		clock_sleep_until(clock_now_ns() + 10 * NS_PER_MS);
	}
	show_on_timer(stage->show);
}

static void test_title(void **state)
{
	struct stage *stage = *state;

	assert_done(show_title(stage, "Zoë Müller", "Präsidentin", &error));
	assert_int_equal(planned(OVERLAY_TITLE, false), 1);
	assert_non_null(fakes.picture->overlays[0].easel);
	assert_string_equal(fakes.graphic->text, "Zoë Müller");
	assert_string_equal(fakes.graphic->more, "Präsidentin");
	assert_string_equal(fakes.graphic->font, "Sans");
	assert_int_equal(fakes.graphic->width, 1280);
	assert_true(fakes.graphic->colour == 0xffffffff && fakes.graphic->accent == 0xf2a900ff &&
		    fakes.graphic->background == 0x101820e6);
	assert_int_equal(
		stage_told(stage, "overlay_changed title: the title is shown: Zoë Müller, Prä"), 1);
	g_autofree char *text = stage_text(stage, false);

	assert_string_equal(text, "title show \"Zoë Müller\" \"Präsidentin\"\n");
}

static void test_refused_texts(void **state)
{
	struct stage *stage = *state;
	g_autofree char *long_name = g_strnfill(81, 'x'), *long_role = g_strnfill(121, 'x');
	g_autofree char *long_ticker = g_strnfill(1001, 'x');

	assert_refused(stage, ERROR_BAD_INPUT, "81 characters",
		       show_title(stage, long_name, NULL, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "role", show_title(stage, "Ada", long_role, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "control",
		       show_title(stage, "Ada\nquit", NULL, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "control",
		       show_title(stage, "Ada", "a\xe2\x80\xa8z", &error)); /* U+2028 */
	assert_refused(stage, ERROR_BAD_INPUT, "control",
		       show_kind(stage, OVERLAY_TICKER, "a\x1b[1m", &error));
	assert_refused(stage, ERROR_BAD_INPUT, "empty", show_title(stage, "", "x", &error));
	assert_refused(stage, ERROR_BAD_INPUT, "empty", show_title(stage, " \xc2\xa0", "", &error));
	assert_refused(stage, ERROR_BAD_INPUT, "UTF-8", show_title(stage, "\xff", NULL, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "option", show_title(stage, "--for", NULL, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "1001",
		       show_kind(stage, OVERLAY_TICKER, long_ticker, &error));
	assert_null(fakes.graphic);
}

static void test_refused_times(void **state)
{
	struct stage *stage = *state;
	int64_t now_s = clock_wall_ns() / NS_PER_S;
	struct overlay_spec far = {.kind = OVERLAY_COUNTDOWN, .until_s = now_s + 100 * 3600};
	struct overlay_spec past = {.kind = OVERLAY_COUNTDOWN, .until_s = now_s - 5};
	struct overlay_spec days = {
		.kind = OVERLAY_TITLE, .text = "Ada", .for_ms = 25 * 3600 * INT64_C(1000)};

	assert_refused(stage, ERROR_BAD_INPUT, "99 hours",
		       overlay_show(stage->show, &far, &(uint64_t){0}, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "24h",
		       overlay_show(stage->show, &days, &(uint64_t){0}, &error));
	assert_done(overlay_show(stage->show, &past, &(uint64_t){0},
				 &error)); /* as a saved show has it */
}

static void test_takes_the_place_of_its_kind(void **state)
{
	struct stage *stage = *state;

	assert_done(show_title(stage, "Ada", NULL, &error));
	uint64_t first = fakes.picture->overlays[0].id;

	assert_done(show_kind(stage, OVERLAY_CLOCK, NULL, &error));
	assert_done(show_title(stage, "Grace", NULL, &error));
	assert_int_equal(planned(OVERLAY_TITLE, false), 1);
	assert_int_equal(planned(OVERLAY_TITLE, true), 1);
	assert_int_equal(planned(OVERLAY_CLOCK, false), 1);
	assert_true(fakes.picture->overlays[0].id == first &&
		    fakes.picture->overlays[0].is_leaving);
	assert_int_equal(overlay_count(stage->show), 2);
	assert_int_equal(fakes.stopped, 1);
}

/* Shown again as it is, it stays as it is: nothing moves on air. */
static void test_same_again(void **state)
{
	struct stage *stage = *state;

	assert_done(show_title(stage, "Ada", NULL, &error));
	uint64_t revision = show_revision(stage->show);

	assert_done(show_title(stage, "Ada", "", &error));
	assert_int_equal(planned(OVERLAY_TITLE, true), 0);
	assert_int_equal(show_revision(stage->show), revision);
}

static void test_hiding(void **state)
{
	struct stage *stage = *state;

	assert_int_equal(overlay_hide(stage->show, OVERLAY_TITLE), 0);
	assert_done(show_title(stage, "Ada", NULL, &error));
	assert_done(show_kind(stage, OVERLAY_CLOCK, NULL, &error));
	assert_done(show_kind(stage, OVERLAY_TICKER, "Pause", &error));
	assert_int_equal(overlay_hide(stage->show, OVERLAY_TITLE), 1);
	assert_int_equal(stage_told(stage, "overlay_changed title: the title is hidden"), 1);
	assert_int_equal(overlay_hide(stage->show, OVERLAY_UNSET), 2);
	assert_int_equal(overlay_count(stage->show), 0);
	assert_int_equal(fakes.picture->n_overlays, 3); /* on their way out */
	wait_ns(stage, 21 * NS_PER_S / 10);
	assert_int_equal(fakes.picture->n_overlays, 0);
}

static void test_hides_by_itself(void **state)
{
	struct stage *stage = *state;
	struct overlay_spec spec = {.kind = OVERLAY_TITLE, .text = "Ada", .for_ms = 100};

	assert_done(overlay_show(stage->show, &spec, &(uint64_t){0}, &error));
	show_on_timer(stage->show);
	assert_int_equal(overlay_count(stage->show), 1);
	uint64_t revision = show_revision(stage->show);

	wait_ns(stage, NS_PER_S / 8);
	assert_int_equal(overlay_count(stage->show), 0);
	assert_int_equal(planned(OVERLAY_TITLE, true), 1);
	assert_true(show_revision(stage->show) > revision);
}

/* However fast somebody types, the plan has room. */
static void test_in_a_hurry(void **state)
{
	struct stage *stage = *state;

	assert_done(show_kind(stage, OVERLAY_CLOCK, NULL, &error));
	for (int i = 0; i < 50; i++) {
		g_autofree char *name = g_strdup_printf("Ada %d", i);

		assert_done(show_title(stage, name, NULL, &error));
		assert_true(fakes.picture->n_overlays <= PLAN_MAX_OVERLAYS);
		assert_int_equal(planned(OVERLAY_TITLE, false), 1);
		assert_int_equal(planned(OVERLAY_CLOCK, false), 1);
	}
}

static void test_corners(void **state)
{
	struct stage *stage = *state;
	struct overlay_spec spec = {.kind = OVERLAY_CLOCK, .corner = CORNER_BOTTOM_LEFT};

	assert_done(show_kind(stage, OVERLAY_LOGO, "README.md", &error));
	note(stage, NOTE_OVERLAY_READY, fakes.read_id, 0, "");
	assert_int_equal(fakes.picture->overlays[0].corner, CORNER_TOP_RIGHT);
	assert_done(overlay_show(stage->show, &spec, &(uint64_t){0}, &error));
	assert_int_equal(fakes.picture->overlays[1].corner, CORNER_BOTTOM_LEFT);
}

/* The last event that answers a command. */
struct ear {
	uint64_t answers;
	enum error_code code; /* 0: done */
	char text[200];
};

static void hear(const struct event *event, void *data)
{
	struct ear *ear = data;

	if (!event->answers)
		return;
	ear->answers = event->answers;
	ear->code = event->error ? error_code_of(event->error) : (enum error_code)0;
	g_strlcpy(ear->text, event->text, sizeof(ear->text));
}

static uint64_t show_logo(struct stage *stage, const char *path)
{
	struct overlay_spec spec = {.kind = OVERLAY_LOGO, .text = path};
	uint64_t id = 0;

	assert_done(overlay_show(stage->show, &spec, &id, &error));
	assert_true(id && id == fakes.read_id);
	return id;
}

static const char *shown_logo(struct stage *stage)
{
	struct overlay_spec view = {0};

	assert_int_equal(overlay_count(stage->show), 1);
	overlay_view(stage->show, 0, &view);
	return view.text;
}

/* What was there stays on the pictures until the new one is read, and for good if that fails. */
static void test_logo_takes_over(void **state)
{
	struct stage *stage = *state;
	struct ear ear = {0};
	int listener = show_listen(stage->show, hear, &ear);
	uint64_t first = show_logo(stage, "a.png");

	assert_int_equal(fakes.picture->n_overlays, 0);
	note(stage, NOTE_OVERLAY_READY, first, 0, "");
	assert_true(ear.answers == first && !ear.code);
	assert_string_equal(ear.text, "the logo is shown: a.png");
	assert_int_equal(planned(OVERLAY_LOGO, false), 1);
	uint64_t bad = show_logo(stage, "bad.png");

	assert_string_equal(shown_logo(stage), "bad.png");
	assert_int_equal(planned(OVERLAY_LOGO, false), 1);
	note(stage, NOTE_OVERLAY_FAILED, bad, ERROR_IO, "no file bad.png");
	assert_true(ear.answers == bad && ear.code == ERROR_IO);
	assert_string_equal(ear.text, "the logo is not shown: no file bad.png");
	assert_string_equal(shown_logo(stage), "a.png");
	note(stage, NOTE_OVERLAY_FAILED, bad, ERROR_IO, "late");
	note(stage, NOTE_OVERLAY_READY, bad, 0, "");
	assert_string_equal(shown_logo(stage), "a.png");
	/* One that comes before another is read: nobody waits for that any more. */
	uint64_t second = show_logo(stage, "b.png"), third = show_logo(stage, "c.png");

	assert_true(ear.answers == second && ear.code == ERROR_CONFLICT);
	note(stage, NOTE_OVERLAY_READY, second, 0, "");
	assert_string_equal(shown_logo(stage), "c.png");
	assert_true(fakes.picture->overlays[0].id == first);
	assert_false(fakes.picture->overlays[0].is_leaving);
	note(stage, NOTE_OVERLAY_READY, third, 0, "");
	assert_string_equal(shown_logo(stage), "c.png");
	assert_int_equal(planned(OVERLAY_LOGO, false), 1);
	show_unlisten(stage->show, listener);
}

static void test_logo_is_hidden_before_it_is_read(void **state)
{
	struct stage *stage = *state;

	note(stage, NOTE_OVERLAY_READY, show_logo(stage, "a.png"), 0, "");
	uint64_t second = show_logo(stage, "b.png");

	assert_int_equal(overlay_hide(stage->show, OVERLAY_LOGO), 1);
	assert_int_equal(overlay_count(stage->show), 0);
	assert_int_equal(planned(OVERLAY_LOGO, false), 0);
	note(stage, NOTE_OVERLAY_READY, second, 0, "");
	assert_int_equal(overlay_count(stage->show), 0);
	assert_int_equal(planned(OVERLAY_LOGO, false), 0);
}

/* ---- buses ---- */

static void check_buses(bool program, bool room, bool preview)
{
	assert_int_equal(fakes.picture->buses[PROGRAM].has_overlays, program);
	assert_int_equal(fakes.picture->buses[ROOM].has_overlays, room);
	assert_int_equal(fakes.picture->buses[PREVIEW].has_overlays, preview);
}

static void test_buses(void **state)
{
	struct stage *stage = *state;

	check_buses(true, false, false);
	stage_set(stage, "overlays_on", "room preview");
	assert_done(show_title(stage, "Ada", NULL, &error));
	check_buses(false, true, true);
	stage_set(stage, "overlays_on", "");
	assert_done(show_title(stage, "Grace", NULL, &error));
	check_buses(false, false, false);
}

/* A room with program's scene has program's picture, until only one of them has a title in it; a
 * room that shows program has program's whatever it is. */
static void test_room_that_shares(void **state)
{
	struct stage *stage = *state;

	add_source(stage, "cam", SOURCE_SRT);
	add_scene(stage, "a", LAYOUT_FULL, "cam", NULL);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(program_room(stage->show, "a", &error));
	assert_int_equal(fakes.picture->buses[ROOM].same_as, PROGRAM);
	assert_done(show_title(stage, "Ada", NULL, &error));
	assert_int_equal(fakes.picture->buses[ROOM].same_as, -1);
	assert_done(program_room(stage->show, "program", &error));
	assert_int_equal(fakes.picture->buses[ROOM].same_as, PROGRAM);
	stage_set(stage, "overlays_on", "program room");
	assert_done(program_room(stage->show, "a", &error));
	assert_int_equal(fakes.picture->buses[ROOM].same_as, PROGRAM);
}

static void test_another_show(void **state)
{
	struct stage *stage = *state;

	assert_done(show_title(stage, "Ada", NULL, &error));
	show_clear(stage->show);
	assert_int_equal(overlay_count(stage->show), 0);
	assert_int_equal(planned(OVERLAY_TITLE, true), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)
	const struct CMUnitTest tests[] = {
		TEST(test_title),
		TEST(test_refused_texts),
		TEST(test_refused_times),
		TEST(test_takes_the_place_of_its_kind),
		TEST(test_same_again),
		TEST(test_hiding),
		TEST(test_hides_by_itself),
		TEST(test_in_a_hurry),
		TEST(test_corners),
		TEST(test_logo_takes_over),
		TEST(test_logo_is_hidden_before_it_is_read),
		TEST(test_buses),
		TEST(test_room_that_shares),
		TEST(test_another_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
