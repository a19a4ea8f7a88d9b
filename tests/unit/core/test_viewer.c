/* SPDX-License-Identifier: EUPL-1.2 */
#include "stage.h"

static bool try_join(struct stage *stage, const char *bus, const char *token, const char *address,
		     GError **error)
{
	g_autofree char *session = NULL, *answer = NULL;
	bool is_in = viewer_join(stage->show, bus, token, address, "v=0", &session, &answer, error);

	assert_true(is_in == (session && answer));
	return is_in;
}

static bool try_publish(struct stage *stage, const char *token, GError **error)
{
	g_autofree char *session = NULL, *answer = NULL;
	bool is_in =
		viewer_publish(stage->show, token, "10.0.0.1", "v=0", &session, &answer, error);

	assert_true(is_in == (session && answer));
	return is_in;
}

static bool try_patch(struct stage *stage, const char *session, const char *token,
		      const char *fragment, GError **error)
{
	g_autofree char *reply = NULL;

	return viewer_patch(stage->show, session, token, fragment, &reply, error);
}

static struct program_view view_of(struct stage *stage)
{
	struct program_view view;

	program_view(stage->show, &view);
	return view;
}

static void test_join(void **state)
{
	struct stage *stage = *state;
	g_autofree char *online = join(stage, "program", NULL);
	uint64_t viewer = fake_newest_peer()->id;
	g_autofree char *hall = join(stage, "room", "whatever"); /* a token says nothing here */
	uint64_t screen = fake_newest_peer()->id;

	assert_int_equal(strlen(online), 32);
	assert_int_equal(strspn(online, "0123456789abcdef"), 32);
	assert_string_not_equal(online, hall);
	assert_int_equal(view_of(stage).viewers, 0); /* answered, not there yet */
	note(stage, NOTE_PEER_CONNECTED, viewer, 0, "10.0.0.1:5000");
	note(stage, NOTE_PEER_CONNECTED, screen, 0, "10.0.0.1:5001");
	assert_int_equal(view_of(stage).viewers, 1);
	assert_int_equal(view_of(stage).screens, 1);
	assert_int_equal(stage_told(stage, "viewer_joined program: from 10.0.0.1:5000"), 1);
	assert_int_equal(stage_told(stage, "viewer_joined room: "), 1);
	note(stage, NOTE_PEER_CLOSED, screen, 0, "no checks for 15 s");
	assert_int_equal(stage_told(stage, "viewer_left room: 10.0.0.1: no checks for 15 s"), 1);
	assert_int_equal(view_of(stage).screens, 0);
	assert_int_equal(show_revision(stage->show),
			 0); /* viewers are no part of the show's text */
}

static void test_join_is_refused(void **state)
{
	struct stage *stage = *state;
	g_autofree char *anna = invite(stage, "Anna"), *bela = invite(stage, "Bela");

	assert_refused(stage, ERROR_NOT_FOUND, "no bus \"hall\" (have: program, room, return/NAME)",
		       try_join(stage, "hall", NULL, "a", &error));
	assert_refused(stage, ERROR_NOT_FOUND, "no bus",
		       try_join(stage,
				"Zo\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab"
				"\xc3\xab\xc3\xab"
				"\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab"
				"\xc3\xab\xc3\xab"
				"\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab"
				"\xc3\xab-\xc3\xab\xff",
				NULL, "a", &error));
	assert_refused(stage, ERROR_BAD_TOKEN, "Bearer",
		       try_join(stage, "return/Anna", NULL, "a", &error));
	assert_refused(stage, ERROR_FORBIDDEN, "another speaker's",
		       try_join(stage, "return/Anna", bela, "a", &error));
	assert_refused(stage, ERROR_FORBIDDEN, "another speaker's",
		       try_join(stage, "return/", anna, "a", &error));
	fakes.no_play = true;
	assert_refused(stage, ERROR_NO_CODEC, "no codec",
		       try_join(stage, "program", NULL, "a", &error));
	assert_refused(stage, ERROR_NO_CODEC, "no codec",
		       try_join(stage, "return/Anna", anna, "a", &error));
	assert_int_equal(fakes.encoders, 7); /* what was opened for it is closed */
	fakes.no_play = false;
	fakes.no_encoder = true;
	assert_refused(stage, ERROR_MEDIA, "no encoder",
		       try_join(stage, "return/Anna", anna, "a", &error));
	assert_int_equal(fakes.n_peers, 0);
	assert_int_equal(fakes.sound->n_buses, 2);
}

static void test_limits(void **state)
{
	struct stage *stage = stage_create();

	(void)state;
	stage_set(stage, "max_viewers", "3");
	stage_set(stage, "max_viewers_per_address", "2");
	assert_done(stage_start(stage, &error));
	g_autofree char *token = invite(stage, "Anna");
	g_autofree char *first = join(stage, "program", NULL); /* from 10.0.0.1 */

	assert_done(try_join(stage, "room", NULL, "10.0.0.1", &error));
	assert_refused(stage, ERROR_LIMIT, "max_viewers_per_address",
		       try_join(stage, "program", NULL, "10.0.0.1", &error));
	assert_done(try_join(stage, "program", NULL, "10.0.0.2", &error));
	assert_refused(stage, ERROR_LIMIT, "max_viewers allows",
		       try_join(stage, "program", NULL, "10.0.0.3", &error));
	/* Speakers are not viewers. */
	assert_done(try_join(stage, "return/Anna", token, "10.0.0.1", &error));
	assert_done(try_publish(stage, token, &error));
	/* Who leaves makes room. */
	assert_done(viewer_leave(stage->show, first, NULL, &error));
	assert_done(try_join(stage, "program", NULL, "10.0.0.1", &error));
	stage_close((void **)&stage);
}

static void test_leave(void **state)
{
	struct stage *stage = *state;
	g_autofree char *session = join(stage, "program", NULL);
	uint64_t peer = fake_newest_peer()->id;

	note(stage, NOTE_PEER_CONNECTED, peer, 0, "10.0.0.1:5000");
	stage_forget(stage);
	assert_done(viewer_leave(stage->show, session, NULL, &error));
	assert_true(fake_peer(peer)->is_closed);
	assert_int_equal(stage_told(stage, "viewer_left program: 10.0.0.1: left"), 1);
	note(stage, NOTE_PEER_CLOSED, peer, 0, "closed"); /* follows, late */
	assert_int_equal(stage->told->len, 1);
	assert_int_equal(view_of(stage).viewers, 0);
	assert_refused(stage, ERROR_NOT_FOUND, "no such session",
		       viewer_leave(stage->show, session, NULL, &error));
	assert_refused(stage, ERROR_NOT_FOUND, "no such session",
		       try_patch(stage, session, NULL, "", &error));
	assert_null(viewer_etag(stage->show, session));
}

static void test_publish_takeover(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	uint64_t first = arrive(stage, token);

	assert_int_equal(fakes.inputs, 1);
	assert_int_equal(fakes.video_latency_ms, stage->settings->speaker_video_latency_ms);
	uint64_t second = arrive(stage, token);

	assert_true(fake_peer(first)->is_closed);
	assert_false(fake_peer(second)->is_closed);
	assert_int_equal(fakes.inputs, 1);
	stage_forget(stage);
	note(stage, NOTE_PEER_CLOSED, first, 0, "closed"); /* of the older: late */
	assert_int_equal(stage->told->len, 0);
	assert_true(speaker(stage, "Anna").is_connected);
}

static void test_publish_is_refused(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	uint64_t first = arrive(stage, token);

	assert_refused(stage, ERROR_BAD_TOKEN, "Bearer", try_publish(stage, NULL, &error));
	fakes.no_publish = true;
	assert_refused(stage, ERROR_NO_CODEC, "no codec", try_publish(stage, token, &error));
	/* An offer that cannot be answered takes nothing over. */
	assert_false(fake_peer(first)->is_closed);
	assert_true(speaker(stage, "Anna").is_connected);
	assert_int_equal(fakes.inputs, 1);
}

/* The older had to end first: then nobody is there. */
static void test_input_fails(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	uint64_t first = arrive(stage, token);

	assert_done(speaker_admit(stage->show, "Anna", &error));
	fakes.no_input = true;
	g_autoptr(GError) error = NULL;

	assert_false(try_publish(stage, token, &error));
	assert_int_equal(error_code_of(error), ERROR_MEDIA);
	assert_true(fake_peer(first)->is_closed && fake_newest_peer()->is_closed);
	assert_false(speaker(stage, "Anna").is_connected);
	assert_int_equal(source(stage, "Anna").state, SOURCE_FAILED);
	assert_float_equal(gain(stage, 0, "Anna"), 0, 0); /* out of the mix at once */
	assert_int_equal(fakes.inputs, 0);
}

static void test_return_takeover(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	g_autofree char *first = join(stage, "return/Anna", token);
	struct fake_peer *older = fake_newest_peer();

	note(stage, NOTE_PEER_CONNECTED, older->id, 0, "10.0.0.1:5000");
	assert_true(speaker(stage, "Anna").has_return);
	assert_int_equal(fakes.encoders, 8);
	/* A newer one that fails leaves the older. */
	fakes.no_play = true;
	assert_refused(stage, ERROR_NO_CODEC, "no codec",
		       try_join(stage, "return/Anna", token, "a", &error));
	assert_false(older->is_closed);
	assert_int_equal(fakes.encoders, 8);
	fakes.no_play = false;
	g_autofree char *second = join(stage, "return/Anna", token);

	assert_true(older->is_closed);
	assert_int_equal(fakes.encoders, 8);
	assert_int_equal(fakes.sound->n_buses, 3);
	assert_null(viewer_etag(stage->show, first));
	assert_done(viewer_leave(stage->show, second, token, &error));
	assert_int_equal(fakes.encoders, 7);
	assert_int_equal(fakes.sound->n_buses, 2);
}

static void test_speaker_leaves(void **state)
{
	struct stage *stage = *state;
	g_autofree char *token = invite(stage, "Anna");
	g_autofree char *session = publish(stage, token);
	uint64_t peer = fake_newest_peer()->id;

	note(stage, NOTE_PEER_CONNECTED, peer, 0, "10.0.0.1:5000");
	note(stage, NOTE_SOURCE_LIVE, source_id(stage, "Anna"), 0, NULL);
	assert_int_equal(source(stage, "Anna").state, SOURCE_LIVE);
	assert_done(viewer_leave(stage->show, session, token, &error));
	assert_int_equal(stage_told(stage, "speaker_left Anna: Anna has left"), 1);
	assert_int_equal(source(stage, "Anna").state, SOURCE_LOST);
	assert_string_equal(source(stage, "Anna").detail, "left");
	assert_int_equal(fakes.inputs, 0);
	assert_true(fake_peer(peer)->is_closed);
}

/* An invite that was renewed or ran out meanwhile still lets its speaker go and change networks. */
static void test_old_token_of_ones_own_session(void **state)
{
	struct stage *stage = *state;
	g_autofree char *first = invite(stage, "Anna"), *other = invite(stage, "Bela");
	g_autofree char *session = publish(stage, first);
	g_autofree char *second = invite(stage, "Anna");

	assert_done(try_patch(stage, session, first, "restart", &error));
	assert_done(try_patch(stage, session, second, "restart", &error));
	assert_refused(stage, ERROR_FORBIDDEN, "another speaker's",
		       try_patch(stage, session, other, "restart", &error));
	assert_refused(stage, ERROR_BAD_TOKEN, "not an invite",
		       viewer_leave(stage->show, session, "x", &error));
	assert_refused(stage, ERROR_FORBIDDEN, "another speaker's",
		       viewer_leave(stage->show, session, other, &error));
	assert_done(viewer_leave(stage->show, session, first, &error));
}

static void test_etag(void **state)
{
	struct stage *stage = *state;
	g_autofree char *session = join(stage, "program", NULL);
	g_autofree char *first = g_strdup(viewer_etag(stage->show, session));

	assert_true(first[0] == '"' && g_str_has_suffix(first, "\""));
	assert_done(try_patch(stage, session, NULL, "", &error));
	assert_string_equal(viewer_etag(stage->show, session), first);
	assert_refused(stage, ERROR_BAD_INPUT, "no fragment",
		       try_patch(stage, session, NULL, "bad", &error));
	assert_string_equal(viewer_etag(stage->show, session), first);
	assert_done(try_patch(stage, session, NULL, "restart", &error));
	assert_string_not_equal(viewer_etag(stage->show, session), first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_join, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_join_is_refused, stage_open, stage_close),
		cmocka_unit_test(test_limits),
		cmocka_unit_test_setup_teardown(test_leave, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_publish_takeover, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_publish_is_refused, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_input_fails, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_return_takeover, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_speaker_leaves, stage_open, stage_close),
		cmocka_unit_test_setup_teardown(test_old_token_of_ones_own_session, stage_open,
						stage_close),
		cmocka_unit_test_setup_teardown(test_etag, stage_open, stage_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
