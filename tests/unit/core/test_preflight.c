/* SPDX-License-Identifier: EUPL-1.2
 *
 * Each rule of the preflight, a row each: a view that is well but for one thing.
 */
#include "error.h" /* its fail() before cmocka's */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "bus_view.h"
#include "preflight.h"
#include "program.h"
#include "settings.h"
#include "source.h"
#include "speaker.h"

static struct settings *settings;
static struct preflight *preflight;

static int set_up(void **state)
{
	(void)state;
	settings = settings_create(); /* 1280x720, 30 pictures a second */
	preflight = preflight_create(settings, "10.0.0.5");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	preflight_destroy(preflight);
	settings_destroy(settings);
	return 0;
}

static void begin_again(void)
{
	preflight_destroy(preflight);
	preflight = preflight_create(settings, "10.0.0.5");
}

static struct source_view good_camera(void)
{
	return (struct source_view){
		.name = "cam",
		.kind = SOURCE_SRT,
		.role = ROLE_HALL,
		.state = SOURCE_LIVE,
		.state_s = 600,
		.is_in_scene = true,
		.detail = "",
		.path = "",
		.width = 1280,
		.height = 720,
		.fps = 30,
		.coded_fps = 30,
		.video_codec = "H.264",
		.audio_codec = "AAC",
		.profile = "main",
		.key_interval_ms = 1000,
		.seen_s = 600,
		.frozen_s = 0.3,
		.window_lufs = -20,
		.has_sound = true,
		.has_picture = true,
		.lip_sync_ms = 5,
		.loss_percent = 0,
		.window_loss_percent = 0.1,
		.rtt_ms = 20,
		.kbps = 4000,
		.srt_latency_ms = 120,
	};
}

static const struct finding *found(const char *item)
{
	for (int i = 0; i < preflight_count(preflight); i++)
		if (strcmp(preflight_finding(preflight, i)->item, item) == 0)
			return preflight_finding(preflight, i);
	return NULL;
}

/* The item is of that verdict, with that in its text and in its advice, and nothing else is amiss. */
static void assert_found(const char *row, const char *item, enum verdict verdict,
			 const char *measured, const char *advice)
{
	const struct finding *finding = found(item);

	if (!finding)
		fail_msg("%s: nothing found of %s", row, item);
	if (finding->verdict != verdict)
		fail_msg("%s: %s is %s: %s", row, item, verdict_name(finding->verdict),
			 finding->measured);
	if (!strstr(finding->measured, measured) || !strstr(finding->advice, advice))
		fail_msg("%s: \"%s\" -> \"%s\"", row, finding->measured, finding->advice);
	for (int i = 0; i < preflight_count(preflight); i++) {
		const struct finding *other = preflight_finding(preflight, i);

		if (other != finding && other->verdict != VERDICT_OK)
			fail_msg("%s: %s, too: %s", row, other->item, other->measured);
		/* What is amiss says what to do, what is well says nothing. */
		assert_int_equal(other->verdict != VERDICT_OK, *other->advice != '\0');
	}
}

/* ---- inputs ---- */

static void test_good_camera(void **state)
{
	struct source_view view = good_camera();
	static const char *const items[] = {"resolution",  "frame rate", "key interval",
					    "B-frames",	   "black",	 "loss",
					    "SRT latency", "loudness",	 "lip-sync"};

	(void)state;
	preflight_source(preflight, &view);
	assert_int_equal(preflight_verdict(preflight), VERDICT_OK);
	for (size_t i = 0; i < G_N_ELEMENTS(items); i++) {
		assert_non_null(found(items[i]));
		assert_string_equal(found(items[i])->subject, "cam");
		assert_int_equal(found(items[i])->group, GROUP_INPUT);
	}
}

/* A member of the view, the value, and what is found then. */
#define ROW(member, value, item, verdict, measured, advice)                                        \
	do {                                                                                       \
		struct source_view view = good_camera();                                           \
                                                                                                   \
		view.member = value;                                                               \
		begin_again();                                                                     \
		preflight_source(preflight, &view);                                                \
		assert_found(#member " = " #value, item, VERDICT_##verdict, measured, advice);     \
	} while (0)

static void test_pictures(void **state)
{
	(void)state;
	ROW(width, 640, "resolution", LOOK, "640x720, smaller", "1280x720");
	ROW(width, 1920, "resolution", OK, "1920x720", "");
	ROW(width, 3840, "resolution", LOOK, "much larger", "CPU");
	ROW(is_interlaced, true, "interlaced", LOOK, "interlaced", "progressive");
	ROW(coded_fps, 25, "frame rate", LOOK, "25 pictures/s", "30 pictures");
	ROW(coded_fps, 12, "frame rate", BAD, "12 pictures/s", "30 pictures");
	ROW(coded_fps, 50, "decoding", BAD, "only 30 of 50", "CPU");
	ROW(coded_fps, NAN, "frame rate", OK, "30 pictures/s", "");
	ROW(key_interval_ms, 2000, "key interval", OK, "every 2.0 s", "");
	ROW(key_interval_ms, 4000, "key interval", LOOK, "every 4.0 s", "GOP");
	ROW(key_interval_ms, 10000, "key interval", BAD, "every 10.0 s", "GOP");
	ROW(has_b_frames, true, "B-frames", LOOK, "B-frames", "off");
	ROW(black_s, 0.5, "black", OK, "moves", "");
	ROW(black_s, 2, "black", LOOK, "black for 2 s", "lens cap");
	ROW(black_s, 34, "black", BAD, "black for 34 s", "lens cap");
	ROW(frozen_s, 25, "frozen", LOOK, "nothing moves for 25 s", "slides");
	ROW(frozen_s, 2000, "frozen", LOOK, "2000 s", "slides"); /* slides may stand for ever */
}

/* Black stands still, too; that is said once. */
static void test_black_is_said_once(void **state)
{
	struct source_view view = good_camera();

	(void)state;
	view.black_s = view.frozen_s = 60;
	preflight_source(preflight, &view);
	assert_found("black", "black", VERDICT_BAD, "black", "");
	assert_null(found("frozen"));
}

static void test_sound(void **state)
{
	(void)state;
	ROW(silent_s, 3, "loudness", OK, "-20 LUFS", "");
	ROW(silent_s, 12, "silent", LOOK, "silent for 12 s", "speak");
	ROW(has_sound, false, "sound", LOOK, "no sound", "source set cam --mute on");
	ROW(is_muted, true, "sound", OK, "muted", "");
	ROW(clips, 3, "clipping", LOOK, "3 times", "turn it down");
	ROW(clips, 400, "clipping", BAD, "400 times", "turn it down");
	ROW(window_lufs, -10, "loudness", LOOK, "too loud, -10", "source set cam --gain -10dB");
	ROW(window_lufs, -3, "loudness", BAD, "too loud, -3", "--gain -17dB");
	ROW(window_lufs, -45, "loudness", LOOK, "quiet, -45", "let somebody speak");
	ROW(gain_db, -20, "loudness", LOOK, "quiet, -40", "--gain +0dB");
	ROW(lip_sync_ms, 60, "lip-sync", LOOK, "60 ms early", "source set cam --delay_ms 60");
	ROW(lip_sync_ms, 120, "lip-sync", BAD, "120 ms early", "--delay_ms 120");
	ROW(lip_sync_ms, -100, "lip-sync", OK, "100 ms late", "");
	ROW(lip_sync_ms, -150, "lip-sync", LOOK, "150 ms late", "encoder");
	ROW(lip_sync_ms, -190, "lip-sync", BAD, "190 ms late", "encoder");
}

static void test_way(void **state)
{
	(void)state;
	ROW(window_loss_percent, 2, "loss", LOOK, "2.0 %", "cable");
	ROW(window_loss_percent, 8, "loss", BAD, "8.0 %", "cable");
	ROW(window_dropped, 1, "dropped", LOOK, "1 packet too late", "SRT latency");
	ROW(window_dropped, 100, "dropped", BAD, "100 packets", "SRT latency");
	ROW(rtt_ms, 30, "SRT latency", OK, "120 ms, RTT 30 ms", ""); /* exactly four times */
	ROW(rtt_ms, 40, "SRT latency", LOOK, "RTT 40 ms", "160 ms or more");
	ROW(rtt_ms, 101, "SRT latency", BAD, "RTT 101 ms", "410 ms or more");
	ROW(state_s, 7, "time", LOOK, "here for 7 s", "check again");
}

static void test_presence(void **state)
{
	(void)state;
	ROW(state, SOURCE_WAITING, "present", BAD, "not connected", "srt://10.0.0.5:9000");
	ROW(state, SOURCE_CONNECTED, "present", LOOK, "no picture yet", "H.264");
	ROW(state, SOURCE_STALLED, "present", BAD, "nothing comes", "encoder");
	ROW(state, SOURCE_LOST, "present", BAD, "gone for 600 s", "stream id cam");
	ROW(state, SOURCE_FAILED, "present", BAD, "cannot be shown", "H.264");
	/* What no scene shows is not missed. */
	struct source_view view = good_camera();

	view.state = SOURCE_WAITING;
	view.is_in_scene = false;
	view.has_passphrase = true;
	begin_again();
	preflight_source(preflight, &view);
	assert_found("spare", "present", VERDICT_LOOK, "no scene shows it", "and the passphrase");
}

/* Neither slides nor clips are asked what cameras are. */
static void test_other_kinds(void **state)
{
	struct source_view view = good_camera();

	(void)state;
	view.kind = SOURCE_STILL;
	view.has_sound = false;
	view.width = 300;
	view.seen_s = view.state_s = 0;
	preflight_source(preflight, &view);
	assert_int_equal(preflight_verdict(preflight), VERDICT_OK);
	view = good_camera();
	view.kind = SOURCE_FILE;
	view.coded_fps = view.fps = 24;
	view.has_sound = view.has_b_frames = false;
	view.key_interval_ms = 10000;
	view.frozen_s = view.silent_s = 100;
	view.srt_latency_ms = 0;
	view.window_loss_percent = view.rtt_ms = NAN;
	preflight_source(preflight, &view);
	assert_int_equal(preflight_verdict(preflight), VERDICT_OK);
	view.black_s = 9;
	preflight_source(preflight, &view);
	assert_int_equal(preflight_verdict(preflight), VERDICT_BAD);
}

/* ---- speakers ---- */

static struct speaker_view good_speaker(void)
{
	struct speaker_view view = {
		.name = "Anna Maria",
		.is_connected = true,
		.has_return = true,
		.is_admitted = true,
		.source = good_camera(),
	};

	view.source.name = view.name;
	view.source.kind = SOURCE_SPEAKER;
	view.source.width = 640;
	view.source.height = 360;
	view.source.fps = 20;
	view.source.coded_fps = view.source.key_interval_ms = NAN;
	view.source.srt_latency_ms = 0;
	view.source.rtt_ms = NAN;
	return view;
}

#define SPEAKER_ROW(member, value, rtt, item, verdict, measured, advice)                           \
	do {                                                                                       \
		struct speaker_view view = good_speaker();                                         \
                                                                                                   \
		view.member = value;                                                               \
		begin_again();                                                                     \
		preflight_speaker(preflight, &view, rtt);                                          \
		assert_found(#member " = " #value, item, VERDICT_##verdict, measured, advice);     \
	} while (0)

static void test_speakers(void **state)
{
	(void)state;
	SPEAKER_ROW(is_admitted, true, 30, "RTT", OK, "RTT 30 ms", "");
	SPEAKER_ROW(is_admitted, true, 250, "RTT", LOOK, "RTT 250 ms", "cable");
	SPEAKER_ROW(is_admitted, true, 500, "RTT", BAD, "RTT 500 ms", "cable");
	SPEAKER_ROW(is_admitted, false, NAN, "admitted", LOOK, "waits",
		    "speaker admit \"Anna Maria\"");
	SPEAKER_ROW(has_return, false, NAN, "return", BAD, "does not hear us", "load their page");
	SPEAKER_ROW(source.width, 0, NAN, "picture", LOOK, "no camera", "browser");
	SPEAKER_ROW(source.has_sound, false, NAN, "sound", LOOK, "no microphone", "browser");
	SPEAKER_ROW(source.fps, 6, NAN, "frame rate", LOOK, "6 pictures/s", "light");
	SPEAKER_ROW(source.window_loss_percent, 9, NAN, "loss", BAD, "9.0 %", "cable");
	SPEAKER_ROW(source.state, SOURCE_WAITING, NAN, "present", LOOK, "not connected",
		    "invite \"Anna Maria\"");
}

/* ---- outputs ---- */

static void test_program(void **state)
{
	struct program_view view = {.program = "stage", .preview = "", .room = "auto"};

	(void)state;
	preflight_program(preflight, &view, 0);
	assert_found("well", "on air", VERDICT_OK, "stage", "");
	view.is_slate = true;
	begin_again();
	preflight_program(preflight, &view, NAN);
	assert_found("slate", "on air", VERDICT_OK, "stage behind the slate", "");
	assert_null(found("ticks"));
	view.program = "";
	begin_again();
	preflight_program(preflight, &view, 0);
	assert_found("empty", "on air", VERDICT_LOOK, "no scene", "twinstage cut");
	view.program = "stage";
	begin_again();
	preflight_program(preflight, &view, 2);
	assert_found("missed", "ticks", VERDICT_LOOK, "2 pictures missed", "CPU");
	begin_again();
	preflight_program(preflight, &view, 90);
	assert_found("missed", "ticks", VERDICT_BAD, "90 pictures", "x264_preset");
}

static struct bus_view good_bus(void)
{
	struct way_out picture = {.kbps = 2500,
				  .encode_ms = 12,
				  .frames = 6000,
				  .key_frames = 100,
				  .is_wanted = true,
				  .idle_s = 0.03};

	return (struct bus_view){
		.kind = BUS_PROGRAM,
		.speaker = "",
		.peers = 2,
		.peers_s = 60,
		.has_picture = true,
		.has_sound = true,
		.has_small = true,
		.picture = picture,
		.small = picture,
		.sound = {.encode_ms = 8, .is_wanted = true, .idle_s = 0.01},
		.window_lufs = -21,
	};
}

#define BUS_ROW(member, value, item, verdict, measured, advice)                                    \
	do {                                                                                       \
		struct bus_view view = good_bus();                                                 \
                                                                                                   \
		view.member = value;                                                               \
		begin_again();                                                                     \
		preflight_bus(preflight, &view);                                                   \
		assert_found(#member " = " #value, item, VERDICT_##verdict, measured, advice);     \
	} while (0)

static void test_buses(void **state)
{
	(void)state;
	BUS_ROW(peers, 2, "viewers", OK, "2 viewers", "");
	BUS_ROW(peers, 1, "viewers", OK, "1 viewer", "");
	BUS_ROW(kind, BUS_ROOM, "viewers", OK, "2 screens", "");
	BUS_ROW(picture.idle_s, 3, "encoder", LOOK, "no picture is made", "events");
	BUS_ROW(picture.idle_s, INFINITY, "encoder", BAD, "no picture is made", "events");
	BUS_ROW(is_shared, true, "viewers", OK, "2 viewers", "");
	BUS_ROW(picture.encode_ms, 50, "encoder", LOOK, "50 ms", "x264_preset");
	BUS_ROW(picture.encode_ms, 120, "encoder", BAD, "120 ms", "x264_preset");
	BUS_ROW(picture.key_frames, 50, "key interval", LOOK, "every 4.0 s", "CPU");
	BUS_ROW(picture.key_frames, 100, "key interval", OK, "every 2.0 s", "");
	BUS_ROW(silent_s, 30, "silent", LOOK, "silent for 30 s", "mutes");
	BUS_ROW(silent_s, 0, "loudness", OK, "-21 LUFS", "");
}

/* Each way is looked at, and whoever has just come waits for it to begin. */
static void test_ways(void **state)
{
	struct bus_view view = good_bus();

	(void)state;
	view.small.idle_s = 60;
	preflight_bus(preflight, &view);
	assert_int_equal(preflight_verdict(preflight), VERDICT_BAD);
	assert_non_null(strstr(preflight_finding(preflight, 3)->measured, "no small picture"));
	begin_again();
	view = good_bus();
	view.sound.idle_s = 60;
	preflight_bus(preflight, &view);
	assert_int_equal(preflight_verdict(preflight), VERDICT_BAD);
	begin_again();
	view.peers_s = 1;
	preflight_bus(preflight, &view);
	assert_int_equal(preflight_verdict(preflight), VERDICT_OK);
}

/* Nobody looks: nothing is encoded, and that is well. */
static void test_idle_bus(void **state)
{
	struct bus_view view = good_bus();

	(void)state;
	view.peers = 0;
	view.peers_s = 0;
	view.picture = view.small = view.sound =
		(struct way_out){.encode_ms = NAN, .idle_s = INFINITY};
	preflight_bus(preflight, &view);
	assert_found("idle", "viewers", VERDICT_OK, "0 viewers", "");
	view.peers = 3;
	view.is_shared = true;
	view.kind = BUS_ROOM;
	preflight_bus(preflight, &view);
	assert_int_equal(preflight_verdict(preflight), VERDICT_OK);
}

/* ---- the machine ---- */

static struct machine_facts good_machine(void)
{
	return (struct machine_facts){
		.cpu_percent = 40,
		.daemon_percent = 60,
		.cores = 2,
		.memory_mb = 3000,
		.disk_mb = 40000,
		.disk_path = "/var/lib/twinstage",
		.planned_s = 3 * 3600,
		.certificate_days = 80,
		.closed_ports = "",
		.open_ports = "cameras udp/9000",
		.addresses = "10.0.0.5",
		.is_clock_known = true,
		.is_clock_set = true,
		.open_files = 70,
		.most_files = 65536,
	};
}

#define MACHINE_ROW(member, value, item, verdict, measured, advice)                                \
	do {                                                                                       \
		struct machine_facts facts = good_machine();                                       \
                                                                                                   \
		facts.member = value;                                                              \
		begin_again();                                                                     \
		preflight_machine(preflight, &facts);                                              \
		assert_found(#member " = " #value, item, VERDICT_##verdict, measured, advice);     \
	} while (0)

static void test_machine(void **state)
{
	(void)state;
	MACHINE_ROW(cores, 4, "CPU", OK, "40 % of 4 cores", "");
	MACHINE_ROW(cpu_percent, 80, "CPU", LOOK, "80 %", "x264_preset");
	MACHINE_ROW(cpu_percent, 96, "CPU", BAD, "96 %", "x264_preset");
	MACHINE_ROW(cpu_percent, NAN, "CPU", LOOK, "not known", "again");
	MACHINE_ROW(memory_mb, 400, "memory", LOOK, "400 MB", "end");
	MACHINE_ROW(memory_mb, 100, "memory", BAD, "100 MB", "end");
	MACHINE_ROW(disk_mb, 1500, "space", LOOK, "1.5 GB free for 3 h", "/var/lib/twinstage");
	MACHINE_ROW(disk_mb, 150, "space", BAD, "0.1 GB", "make room");
	MACHINE_ROW(disk_mb, NAN, "space", LOOK, "not known", "exist");
	MACHINE_ROW(certificate_days, 10, "expiry", LOOK, "10 days", "renew");
	MACHINE_ROW(certificate_days, 0.1, "expiry", BAD, "0 days", "renew"); /* ends in the show */
	MACHINE_ROW(certificate_days, -3, "expiry", BAD, "ended 3 days ago", "renew");
	MACHINE_ROW(certificate_days, NAN, "expiry", OK, "HTTPS is off", "");
	MACHINE_ROW(is_self_signed, true, "expiry", OK, "self-signed", "");
	MACHINE_ROW(closed_ports, "cameras udp/9000", "ports", BAD, "not open: cameras", "start");
	MACHINE_ROW(addresses, "", "addresses", LOOK, "this machine only", "network");
	MACHINE_ROW(is_clock_set, false, "clock", LOOK, "not set", "timedatectl");
	MACHINE_ROW(is_clock_known, false, "files", OK, "70 of 65536", "");
	MACHINE_ROW(open_files, 60000, "files", LOOK, "60000", "LimitNOFILE");
	MACHINE_ROW(open_files, 65000, "files", BAD, "65000", "LimitNOFILE");
}

/* A longer show leaves more behind, and its end may be after the certificate's. */
static void test_planned_length(void **state)
{
	struct machine_facts facts = good_machine();

	(void)state;
	facts.disk_mb = 2500;
	preflight_machine(preflight, &facts);
	assert_found("3 h", "space", VERDICT_OK, "2.5 GB free for 3 h", "");
	facts.planned_s = 40 * 3600;
	begin_again();
	preflight_machine(preflight, &facts);
	assert_found("40 h", "space", VERDICT_LOOK, "for 40 h", "make room");
	facts = good_machine();
	facts.planned_s = 1500 * 3600;
	facts.certificate_days = 60;
	begin_again();
	preflight_machine(preflight, &facts);
	assert_found("two months", "expiry", VERDICT_BAD, "good for 60 days", "renew");
}

/* ---- the list ---- */

static void test_order(void **state)
{
	struct source_view view = good_camera();
	struct machine_facts facts = good_machine();

	(void)state;
	facts.closed_ports = "cameras udp/9000";
	view.black_s = 1;
	view.clips = 99;
	preflight_machine(preflight, &facts);
	preflight_source(preflight, &view);
	preflight_sort(preflight);
	assert_int_equal(preflight_verdict(preflight), VERDICT_BAD);
	assert_string_equal(preflight_finding(preflight, 0)->item, "clipping");
	assert_string_equal(preflight_finding(preflight, 1)->item, "ports");
	assert_string_equal(preflight_finding(preflight, 2)->item, "black");
	for (int i = 3; i < preflight_count(preflight); i++)
		assert_int_equal(preflight_finding(preflight, i)->verdict, VERDICT_OK);
	assert_string_equal(verdict_name(VERDICT_LOOK), "LOOK");
	assert_string_equal(finding_group_name(GROUP_OUTPUT), "output");
}

/* In the table bad is never before look, and a limit is met from where it is. */
static void test_limits(void **state)
{
	(void)state;
	for (int i = 0; i < LIMITS; i++)
		assert_int_equal(preflight_judge((enum limit)i, NAN), VERDICT_OK);
	assert_int_equal(preflight_judge(LIMIT_BLACK_S, 0.99), VERDICT_OK);
	assert_int_equal(preflight_judge(LIMIT_BLACK_S, 1), VERDICT_LOOK);
	assert_int_equal(preflight_judge(LIMIT_BLACK_S, 5), VERDICT_BAD);
	assert_int_equal(preflight_judge(LIMIT_LATENCY_RTTS, 4), VERDICT_OK);
	assert_int_equal(preflight_judge(LIMIT_LATENCY_RTTS, 2), VERDICT_BAD);
	assert_int_equal(preflight_judge(LIMIT_FROZEN_S, INFINITY), VERDICT_LOOK);
	assert_int_equal(preflight_judge(LIMIT_QUIET_LUFS, -INFINITY), VERDICT_LOOK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_good_camera),
		TEST(test_pictures),
		TEST(test_black_is_said_once),
		TEST(test_sound),
		TEST(test_way),
		TEST(test_presence),
		TEST(test_other_kinds),
		TEST(test_speakers),
		TEST(test_program),
		TEST(test_buses),
		TEST(test_idle_bus),
		TEST(test_ways),
		TEST(test_machine),
		TEST(test_planned_length),
		TEST(test_order),
		TEST(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
