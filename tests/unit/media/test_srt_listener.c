/* SPDX-License-Identifier: EUPL-1.2
 *
 * Real cameras (ffmpeg) call over loopback.
 */
/* cmocka makes a macro of fail(). */
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "ingest.h"
#include "sender.h"
#include "srt_listener.h"
#include "studio.h"

#define ID_A 11
#define ID_B 12

static int port;
static char *clip; /* 8 s, made once: senders only copy it */
static struct studio *maker;

static int free_port(void)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	socklen_t size = sizeof(any);
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&any, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&any, &size), 0);
	close(fd);
	return ntohs(any.sin6_port);
}

struct hall {
	struct studio *a, *b; /* b's slot and ring only; notes go to a */
	struct srt_listener *listener;
};

static void allow(struct hall *hall, const char *passphrase_a, int latency_a)
{
	const struct srt_source sources[] = {
		{ID_A, "cam-a", passphrase_a, latency_a, hall->a->slot, hall->a->ring},
		{ID_B, "cam-b", NULL, 120, hall->b->slot, hall->b->ring},
	};

	srt_listener_allow(hall->listener, sources, 2);
}

static struct hall open_hall(void)
{
	struct hall hall = {studio_open(), studio_open(), NULL};
	g_autoptr(GError) error = NULL;

	port = free_port();
	hall.listener = srt_listener_create(port, hall.a->up, &error);
	assert_non_null(hall.listener);
	allow(&hall, NULL, 60);
	return hall;
}

static void close_hall(struct hall *hall)
{
	int64_t begin_ns = clock_now_ns();

	srt_listener_destroy(hall->listener);
	print_message("destroyed in %.0f ms\n", (double)(clock_now_ns() - begin_ns) / NS_PER_MS);
	studio_house_settle();
	studio_close(hall->a);
	studio_close(hall->b);
}

static struct sender *call(const char *host, const char *stream_id, const char *more)
{
	g_autofree char *arguments = g_strdup_printf(
		"-re -stream_loop -1 -i %s -c copy -f mpegts srt://%s:%d?streamid=%s%s", clip, host,
		port, stream_id, more);

	return sender_start(arguments);
}

/* ---- who is let in ---- */

static void all_spellings_are_understood(void **state)
{
	static const char *const ids[] = {"cam-a", "#!::r=cam-a,m=publish", "publish/cam-a"};
	struct hall hall = open_hall();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		struct sender *camera = call(i == 1 ? "[::1]" : "127.0.0.1", ids[i], "");
		const struct note *note = studio_note(hall.a, NOTE_SOURCE_CONNECTED, PATIENCE_MS);

		assert_non_null(note);
		assert_int_equal(note->id, ID_A);
		assert_non_null(strstr(note->text, "latency 60 ms"));
		assert_non_null(studio_note(hall.a, NOTE_SOURCE_LIVE, PATIENCE_MS));
		sender_stop(camera, SIGTERM);
		assert_non_null(studio_note(hall.a, NOTE_SOURCE_LOST, PATIENCE_MS));
		studio_forget_notes(hall.a);
	}
	close_hall(&hall);
}

struct refusal {
	const char *stream_id, *more, *why;
};

static void refuse(struct hall *hall, const struct refusal *refusal)
{
	struct sender *camera = call("127.0.0.1", refusal->stream_id, refusal->more);
	const struct note *note = studio_note(hall->a, NOTE_SRT_REFUSED, PATIENCE_MS);

	assert_non_null(note);
	print_message("%s\n", note->text);
	assert_non_null(strstr(note->text, "127.0.0.1:"));
	assert_non_null(strstr(note->text, refusal->why));
	assert_int_equal(studio_count(hall->a, NOTE_SOURCE_CONNECTED), 0);
	sender_stop(camera, SIGKILL);
	studio_forget_notes(hall->a);
}

static void who_is_not_expected_is_refused(void **state)
{
	static const struct refusal refusals[] = {
		{"cam-x", "", "\"cam-x\": no source of that name"},
		{"cam-a", "", "passphrase"},
		{"cam-a", "&passphrase=not-the-right-one", "wrong or missing passphrase"},
		{"cam-b", "&passphrase=cam-b-expects-none", "no passphrase"},
		{"play/cam-a", "", "nothing can be played"},
		{"#!::r=cam-a,m=request", "", "nothing can be played"},
	};
	struct hall hall = open_hall();

	(void)state;
	allow(&hall, "stage left 2030", 60);
	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++)
		refuse(&hall, &refusals[i]);
	close_hall(&hall);
}

static void a_flood_of_callers_is_not_told_in_full(void **state)
{
	struct hall hall = open_hall();
	struct sender *cameras[20];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cameras); i++)
		cameras[i] = call("127.0.0.1", "cam-x", "");
	assert_non_null(studio_note(hall.a, NOTE_SRT_REFUSED, PATIENCE_MS));
	for (size_t i = 0; i < G_N_ELEMENTS(cameras); i++)
		sender_stop(cameras[i], SIGKILL);
	print_message("%d of 20 told\n", studio_count(hall.a, NOTE_SRT_REFUSED));
	assert_true(studio_count(hall.a, NOTE_SRT_REFUSED) <= 20);
	close_hall(&hall);
}

/* ---- cameras ---- */

static bool has_stats(struct studio *studio, void *data)
{
	struct hall *hall = data;
	struct srt_stats srt;
	struct ingest_stats ingest;

	(void)studio;
	return srt_listener_read_stats(hall->listener, ID_B, &srt, &ingest) && srt.received > 20 &&
	       ingest.width == 320;
}

static void two_at_once_one_with_a_key(void **state)
{
	struct hall hall = open_hall();
	struct srt_stats srt;
	struct ingest_stats ingest;

	(void)state;
	allow(&hall, "stage-left-2030", 200);
	struct sender *a = call("127.0.0.1", "cam-a", "&passphrase=stage-left-2030"),
		      *b = call("127.0.0.1", "cam-b", "");

	assert_true(studio_frames(hall.a, 20, PATIENCE_MS));
	assert_true(studio_frames(hall.b, 20, PATIENCE_MS));
	assert_true(studio_until(hall.a, has_stats, &hall, PATIENCE_MS));
	assert_true(srt_listener_read_stats(hall.listener, ID_A, &srt, &ingest));
	assert_int_equal(srt.latency_ms, 200);
	assert_true(g_str_has_prefix(srt.peer, "127.0.0.1:"));
	assert_string_equal(ingest.video_codec, "H.264");
	assert_false(srt_listener_read_stats(hall.listener, 99, &srt, &ingest));
	sender_stop(a, SIGKILL);
	sender_stop(b, SIGKILL);
	close_hall(&hall);
}

static void the_newest_takes_over(void **state)
{
	struct hall hall = open_hall();
	struct sender *first = call("127.0.0.1", "cam-a", "");

	(void)state;
	assert_true(studio_frames(hall.a, 10, PATIENCE_MS));
	struct sender *second = call("127.0.0.1", "cam-a", "");
	const struct note *note = studio_note(hall.a, NOTE_SOURCE_REPLACED, PATIENCE_MS);

	assert_non_null(note);
	assert_int_equal(note->id, ID_A);
	int frames = atomic_load(&hall.a->frames);

	assert_true(studio_frames(hall.a, frames + 20, PATIENCE_MS));
	assert_int_equal(studio_count(hall.a, NOTE_SOURCE_CONNECTED), 2);
	assert_int_equal(studio_count(hall.a, NOTE_SOURCE_LOST), 0);
	sender_stop(first, SIGKILL);
	sender_stop(second, SIGKILL);
	close_hall(&hall);
}

static void one_that_died_is_noticed_and_may_return(void **state)
{
	struct hall hall = open_hall();
	struct sender *camera = call("127.0.0.1", "cam-a", "");

	(void)state;
	assert_true(studio_frames(hall.a, 10, PATIENCE_MS));
	sender_stop(camera, SIGKILL);
	int64_t died_ns = clock_now_ns();

	assert_non_null(studio_note(hall.a, NOTE_SOURCE_LOST, PATIENCE_MS));
	print_message("noticed after %.1f s\n", (double)(clock_now_ns() - died_ns) / NS_PER_S);
	studio_forget_notes(hall.a);
	int frames = atomic_load(&hall.a->frames);

	camera = call("127.0.0.1", "cam-a", "");
	assert_true(studio_frames(hall.a, frames + 10, PATIENCE_MS));
	assert_non_null(studio_note(hall.a, NOTE_SOURCE_LIVE, PATIENCE_MS));
	sender_stop(camera, SIGKILL);
	close_hall(&hall);
}

static void a_changed_list_disconnects_only_whom_it_concerns(void **state)
{
	struct hall hall = open_hall();
	struct sender *a = call("127.0.0.1", "cam-a", ""), *b = call("127.0.0.1", "cam-b", "");

	(void)state;
	assert_true(studio_frames(hall.a, 5, PATIENCE_MS));
	assert_true(studio_frames(hall.b, 5, PATIENCE_MS));
	allow(&hall, NULL, 60); /* the same */
	studio_run(hall.a, 300);
	assert_int_equal(studio_count(hall.a, NOTE_SOURCE_LOST), 0);
	allow(&hall, "a-new-passphrase", 60);
	const struct note *note = studio_note(hall.a, NOTE_SOURCE_LOST, PATIENCE_MS);

	assert_non_null(note);
	assert_int_equal(note->id, ID_A);
	int frames = atomic_load(&hall.b->frames);

	assert_true(studio_frames(hall.b, frames + 20, PATIENCE_MS));
	assert_int_equal(studio_count(hall.a, NOTE_SOURCE_LOST), 1);
	srt_listener_allow(hall.listener, NULL, 0);
	studio_forget_notes(hall.a);
	note = studio_note(hall.a, NOTE_SOURCE_LOST, PATIENCE_MS);
	assert_non_null(note);
	assert_int_equal(note->id, ID_B);
	sender_stop(a, SIGKILL);
	sender_stop(b, SIGKILL);
	close_hall(&hall);
}

static void a_port_in_use_is_told(void **state)
{
	struct hall hall = open_hall();
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_null(srt_listener_create(0, NULL, &error));
	assert_int_equal(error_code_of(error), ERROR_BAD_INPUT);
	g_clear_error(&error);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), taken = free_port();
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)taken)};

	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	assert_null(srt_listener_create(taken, NULL, &error));
	assert_int_equal(error_code_of(error), ERROR_IO);
	print_message("%s\n", error->message);
	close(fd);
	close_hall(&hall);
}

/* ---- */

static int set_up(void **state)
{
	maker = studio_open();
	clip = studio_make(maker, "clip.ts",
			   "-f lavfi -i testsrc2=size=320x180:rate=30 -f lavfi -i "
			   "sine=frequency=440:sample_rate=48000 -t 8 -c:v libx264 -preset "
			   "ultrafast -tune zerolatency -pix_fmt yuv420p -g 15 -b:v 600k -c:a aac");
	return studio_house_open(state);
}

static int tear_down(void **state)
{
	studio_house_close(state);
	g_free(clip);
	studio_close(maker);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_spellings_are_understood),
		cmocka_unit_test(who_is_not_expected_is_refused),
		cmocka_unit_test(a_flood_of_callers_is_not_told_in_full),
		cmocka_unit_test(two_at_once_one_with_a_key),
		cmocka_unit_test(the_newest_takes_over),
		cmocka_unit_test(one_that_died_is_noticed_and_may_return),
		cmocka_unit_test(a_changed_list_disconnects_only_whom_it_concerns),
		cmocka_unit_test(a_port_in_use_is_told),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
