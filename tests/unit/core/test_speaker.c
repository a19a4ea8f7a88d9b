/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

static bool invite_as(struct stage *stage, struct invite_spec spec, char **token, GError **error)
{
	return speaker_invite(stage->show, &spec, token, error);
}

static int64_t now_s(void)
{
	return clock_wall_ns() / NS_PER_S;
}

static void check_bad_token(struct stage *stage, const char *token, const char *part)
{
	g_autoptr(GError) error = NULL;

	assert_int_equal(speaker_by_token(stage->show, token, &error), -1);
	assert_int_equal(error_code_of(error), ERROR_BAD_TOKEN);
	if (!strstr(error->message, part))
		fail_msg("%s", error->message);
}

static void test_invite(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Zoë Ångström");
	struct speaker_view view = speaker(stage, "Zoë Ångström");

	assert_int_equal(stage_told(stage, "speaker_invited Zoë Ångström: "), 1);
	assert_int_equal(stage_told(stage, token), 0);
	assert_false(view.is_connected || view.has_return || view.is_admitted || view.is_muted);
	assert_in_range(view.expires_s, now_s() + 12 * 3600 - 60, now_s() + 12 * 3600);
	assert_int_equal(view.serial, 1);
	assert_int_equal(view.source.kind, SOURCE_SPEAKER);
	assert_int_equal(view.source.role, ROLE_REMOTE);
	assert_int_equal(speaker_by_token(stage->show, token, NULL), 0);
	g_autofree char *second = invite(stage, "Bela");

	assert_int_equal(speaker_by_token(stage->show, second, NULL), 1);
	assert_int_equal(speaker(stage, "Bela").serial, 2);
}

static void test_longest_name(void **state)
{
	struct stage *stage = *state;
	GString *name = g_string_new(NULL);

	for (int i = 0; i < 32; i++)
		g_string_append(name, "𝒜");
	g_autofree char *token = invite(stage, name->str);

	assert_int_equal(speaker_by_token(stage->show, token, NULL), 0);
	g_string_free(name, TRUE);
}

static void test_invite_is_refused(void **state)
{
	struct stage *stage = *state;
	char *token = NULL;

	add_source(stage, "cam", SOURCE_SRT);
	assert_refused(stage, ERROR_EXISTS, "a source \"cam\" already",
		       invite_as(stage, (struct invite_spec){.name = "cam"}, &token, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "holds \"/\"",
		       invite_as(stage, (struct invite_spec){.name = "a/b"}, &token, &error));
	assert_refused(stage, ERROR_BAD_INPUT, "a year at most",
		       invite_as(stage, (struct invite_spec){"Anna", now_s() + 367 * 86400, 0},
				 &token, &error));
	assert_refused(
		stage, ERROR_BAD_INPUT, "serial",
		invite_as(stage, (struct invite_spec){"Anna", 0, UINT32_MAX}, &token, &error));
	assert_null(token);
}

static void test_limit(void **state)
{
	struct stage *stage = stage_create();

	(void)state;
	stage_set(stage, "max_speakers", "1");
	assert_done(stage_start(stage, &error));
	g_free(invite(stage, "Anna"));
	g_free(invite(stage, "Anna"));

	assert_refused(
		stage, ERROR_LIMIT, "max_speakers",
		invite_as(stage, (struct invite_spec){.name = "Bela"}, &(char *){NULL}, &error));
	assert_done(speaker_uninvite(stage->show, "Anna", &error));
	g_free(invite(stage, "Bela"));

	stage_close((void **)&stage);
}

static void test_renew(void **state)
{
	struct stage *stage = *state;
	g_autofree char *first = invite(stage, "Anna");
	uint64_t peer = arrive(stage, first);

	assert_done(speaker_admit(stage->show, "Anna", &error));
	g_autofree char *second = invite(stage, "Anna");

	assert_string_not_equal(first, second);
	check_bad_token(stage, first, "a newer invite for Anna");
	assert_int_equal(speaker_by_token(stage->show, second, NULL), 0);
	/* Who is connected stays. */
	assert_int_equal(speaker_count(stage->show), 1);
	assert_false(fake_peer(peer)->is_closed);
	assert_true(speaker(stage, "Anna").is_connected && speaker(stage, "Anna").is_admitted);
	assert_int_equal(speaker(stage, "Anna").serial, 2);
}

/* As a saved show has it: number and moment make the same link. */
static void test_restored_invite(void **state)
{
	struct stage *stage = *state;
	struct invite_spec spec = {"Anna", now_s() + 3600, 41};
	g_autofree char *first = NULL, *second = NULL, *next = NULL;

	assert_done(invite_as(stage, spec, &first, &error));
	show_clear(stage->show);
	check_bad_token(stage, first, "withdrawn");
	assert_done(invite_as(stage, spec, &second, &error));
	assert_string_equal(first, second);
	next = invite(stage, "Bela");
	assert_int_equal(speaker(stage, "Bela").serial, 42);
}

static void test_expired(void **state)
{
	struct stage *stage = *state;
	struct invite_spec past = {"Anna", now_s() - 1, 0};
	g_autofree char *token = NULL, *session = NULL, *answer = NULL;

	assert_done(invite_as(stage, past, &token, &error)); /* a restored show may hold it */
	check_bad_token(stage, token, "has run out");
	assert_refused(
		stage, ERROR_BAD_TOKEN, "has run out",
		viewer_publish(stage->show, token, "10.0.0.1", "v=0", &session, &answer, &error));
	assert_refused(stage, ERROR_BAD_TOKEN, "has run out",
		       viewer_join(stage->show, "return/Anna", token, "10.0.0.1", "v=0", &session,
				   &answer, &error));
	assert_int_equal(fakes.n_peers, 0);
}

static void test_bad_tokens(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");

	check_bad_token(stage, NULL, "Bearer");
	check_bad_token(stage, "", "Bearer");
	check_bad_token(stage, "x", "not an invite");
	token[5]++;
	check_bad_token(stage, token, "this");
}

static void test_admit_before_connect(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");

	assert_done(speaker_admit(stage->show, "Anna", &error));
	assert_int_equal(stage_told(stage, "speaker_admitted Anna: "), 1);
	assert_true(speaker(stage, "Anna").is_admitted);
	assert_float_equal(gain(stage, 0, "Anna"), 0, 0);
	g_free(publish(stage, token));

	/* Answered, but nothing has come yet. */
	assert_false(speaker(stage, "Anna").is_connected);
	assert_float_equal(gain(stage, 0, "Anna"), 0, 0);
	note(stage, NOTE_PEER_CONNECTED, fake_newest_peer()->id, 0, "10.0.0.1:5000");
	assert_true(speaker(stage, "Anna").is_connected);
	assert_int_equal(
		stage_told(stage, "speaker_arrived Anna: Anna is connected from 10.0.0.1:5000"), 1);
	assert_float_equal(gain(stage, 0, "Anna"), 1, 0);
	assert_float_equal(gain(stage, 1, "Anna"), 1, 0);
}

static void test_dismiss(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	uint64_t peer = arrive(stage, token);

	assert_done(speaker_admit(stage->show, "Anna", &error));
	assert_done(speaker_dismiss(stage->show, "Anna", &error));
	assert_int_equal(stage_told(stage, "speaker_dismissed Anna: "), 1);
	assert_false(speaker(stage, "Anna").is_admitted);
	assert_true(speaker(stage, "Anna").is_connected);
	assert_false(fake_peer(peer)->is_closed);
	assert_float_equal(gain(stage, 0, "Anna"), 0, 0);
}

static void test_mute(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");

	add_source(stage, "cam", SOURCE_SRT);
	arrive(stage, token);
	assert_done(speaker_admit(stage->show, "Anna", &error));
	assert_done(source_set(
		stage->show, "Anna",
		&(struct source_change){.has_gain = true, .gain_db = 6, .delay_ms = 30}, &error));
	assert_done(speaker_mute(stage->show, "Anna", true, &error));
	assert_true(speaker(stage, "Anna").is_muted);
	assert_float_equal(gain(stage, 0, "Anna"), 0, 0);
	assert_done(speaker_mute(stage->show, "Anna", false, &error));
	assert_float_equal(gain(stage, 0, "Anna"), 1.995262, 1e-5);
	assert_int_equal(source(stage, "Anna").delay_ms, 30);
	assert_refused(stage, ERROR_NOT_FOUND, "no speaker \"cam\" (have: Anna)",
		       speaker_mute(stage->show, "cam", true, &error));
}

static void test_not_found(void **state)
{
	struct stage *stage = *state;

	add_source(stage, "cam", SOURCE_SRT);
	assert_refused(stage, ERROR_NOT_FOUND, "(have: none)",
		       speaker_admit(stage->show, "cam", &error));
	assert_refused(stage, ERROR_NOT_FOUND, "\"x\"", speaker_dismiss(stage->show, "x", &error));
	assert_refused(stage, ERROR_NOT_FOUND, "\"x\"", speaker_uninvite(stage->show, "x", &error));
}

static void test_uninvite(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	uint64_t in = arrive(stage, token);
	g_free(join(stage, "return/Anna", token));
	uint64_t out = fake_newest_peer()->id;

	add_scene(stage, "a", LAYOUT_SIDE, "Anna", "speakers", "Anna", NULL);
	assert_done(program_cut(stage->show, "a", &error));
	assert_done(speaker_admit(stage->show, "Anna", &error));
	assert_int_equal(fakes.sound->n_buses, 3);
	assert_done(speaker_uninvite(stage->show, "Anna", &error)); /* on air, too */
	assert_int_equal(stage_told(stage, "speaker_uninvited Anna: "), 1);
	assert_true(fake_peer(in)->is_closed && fake_peer(out)->is_closed);
	assert_int_equal(fakes.inputs, 0);
	assert_int_equal(fakes.encoders, 7);
	assert_int_equal(fakes.sound->n_buses, 2);
	assert_int_equal(source_count(stage->show) + speaker_count(stage->show), 0);
	struct scene_view view;

	scene_view(stage->show, 0, &view);
	assert_int_equal(view.n_boxes, 1);
	check_bad_token(stage, token, "withdrawn");
	/* What was on its way comes late. */
	stage_forget(stage);
	note(stage, NOTE_PEER_CLOSED, in, 0, "closed");
	note(stage, NOTE_PEER_CLOSED, out, 0, "closed");
	assert_int_equal(stage->told->len, 0);
	g_free(invite(stage, "Anna"));

	check_bad_token(stage, token, "a newer invite");
}

/* Each hears everybody who is on, but not themselves; who waits hears the show and is heard by
 * nobody. */
static void test_mix_minus(void **state)
{
	struct stage *stage = *state;
	g_autofree char *anna = invite(stage, "Anna"), *bela = invite(stage, "Bela");
	enum { PROGRAM, ROOM, ANNAS, BELAS };

	add_source(stage, "cam", SOURCE_SRT);
	arrive(stage, anna);
	arrive(stage, bela);
	g_free(join(stage, "return/Anna", anna));
	struct fake_peer *annas = fake_newest_peer();
	g_free(join(stage, "return/Bela", bela));
	struct fake_peer *belas = fake_newest_peer();
	g_free(join(stage, "program", NULL));

	/* A picture for all, sound of their own. */
	assert_ptr_equal(annas->video, fake_newest_peer()->video);
	assert_ptr_equal(belas->video, annas->video);
	assert_ptr_not_equal(annas->audio, fake_newest_peer()->audio);
	assert_ptr_not_equal(annas->audio, belas->audio);
	assert_done(speaker_admit(stage->show, "Anna", &error));
	const struct {
		const char *name;
		float heard[4];
	} truth[] = {{"cam", {1, 0, 1, 1}}, {"Anna", {1, 1, 0, 1}}, {"Bela", {0, 0, 0, 0}}};

	assert_int_equal(fakes.sound->n_buses, 4);
	for (size_t i = 0; i < G_N_ELEMENTS(truth); i++)
		for (int bus = PROGRAM; bus <= BELAS; bus++)
			assert_float_equal(gain(stage, bus, truth[i].name), truth[i].heard[bus], 0);
	assert_done(speaker_admit(stage->show, "Bela", &error));
	assert_float_equal(gain(stage, ANNAS, "Bela"), 1, 0);
	assert_float_equal(gain(stage, BELAS, "Bela"), 0, 0);
	assert_float_equal(gain(stage, ROOM, "Bela"), 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_invite, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_longest_name, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_invite_is_refused, stage_open, stage_close),
		cmocka_unit_test(test_limit),
		cmocka_unit_test_setup_teardown(test_renew, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_restored_invite, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_expired, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_bad_tokens, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_admit_before_connect, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_dismiss, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_mute, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_not_found, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_uninvite, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_mix_minus, stage_open, stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
