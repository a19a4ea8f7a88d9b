/* SPDX-License-Identifier: EUPL-1.2
 *
 * A bus in, packets out. The test is the mix thread: it puts pictures and sound at their pace.
 */
/* cmocka makes a macro of fail(). */
#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "clock.h"
#include "encoder.h"
#include "studio.h"
#include "track.h"

#define SSRC 0x12345678
#define MOST 4000

struct got {
	bool is_key, is_start, is_end;
	int64_t pts_ns;
	uint32_t time;
	int pt, marker, nal, length, seq;
	uint32_t ssrc;
	uint8_t bytes[64]; /* of the payload */
};

struct bus {
	struct studio *studio;
	struct slot *slot;
	struct ring *ring;
	struct track *track;
	struct encoder *encoder;
	uint64_t cursor;
	struct got got[MOST];
	int n, frames;
	int64_t next_ns;
	int64_t pts_ns[MOST]; /* of the frames put */
};

static struct bus *open_bus(bool is_video)
{
	struct bus *bus = g_new0(struct bus, 1);
	struct track_format format = {.ssrc = SSRC,
				      .clock_hz = is_video ? 90000 : 48000,
				      .payload_type = is_video ? 102 : 111,
				      .is_video = is_video};

	bus->studio = studio_open();
	bus->slot = slot_create();
	bus->ring = ring_create(1000, 20);
	bus->track = track_create(&format, 2048);
	return bus;
}

static struct bus *begin(struct bus *bus)
{
	assert_non_null(bus->encoder);
	bus->next_ns = clock_now_ns();
	return bus;
}

static struct bus *open_picture_of(int width, int height, int kbps, const char *profile)
{
	struct bus *bus = open_bus(true);
	struct picture_encoder_spec spec = {.bus_id = 5,
					    .width = width,
					    .height = height,
					    .fps = 30,
					    .kbps = kbps,
					    .preset = "superfast",
					    .profile = profile,
					    .key_interval_ms = 4000,
					    .in = bus->slot,
					    .out = bus->track,
					    .up = bus->studio->up};

	bus->encoder = encoder_create_picture(&spec, NULL);
	return begin(bus);
}

static struct bus *open_picture(const char *profile)
{
	return open_picture_of(320, 180, 500, profile);
}

static struct bus *open_sound(int kbps)
{
	struct bus *bus = open_bus(false);
	struct sound_encoder_spec spec = {.bus_id = 6,
					  .kbps = kbps,
					  .in = bus->ring,
					  .out = bus->track,
					  .up = bus->studio->up};

	bus->encoder = encoder_create_sound(&spec, NULL);
	return begin(bus);
}

static void close_bus(struct bus *bus)
{
	encoder_destroy(bus->encoder);
	studio_house_settle();
	slot_unref(bus->slot);
	ring_unref(bus->ring);
	track_unref(bus->track);
	studio_close(bus->studio);
	g_free(bus);
}

static uint32_t be32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static void read_packets(struct bus *bus)
{
	const struct packet *packet;

	while ((packet = track_next(bus->track, &bus->cursor, NULL)) && bus->n < MOST) {
		struct got *got = &bus->got[bus->n++];

		*got = (struct got){.is_key = packet->is_key,
				    .is_start = packet->is_start,
				    .is_end = packet->is_end,
				    .pts_ns = packet->pts_ns,
				    .time = packet->rtp_time,
				    .pt = packet->bytes[1] & 127,
				    .marker = packet->bytes[1] >> 7,
				    .nal = packet->bytes[12] & 31,
				    .length = packet->length,
				    .seq = packet->rtp_seq,
				    .ssrc = be32(packet->bytes + 8)};
		assert_int_equal(packet->rtp_time, be32(packet->bytes + 4));
		assert_int_equal(packet->rtp_seq, be32(packet->bytes) & 0xffff);
		memcpy(got->bytes, packet->bytes + 12,
		       MIN(sizeof(got->bytes), packet->length - 12u));
		packet_unref(packet);
	}
}

static void put_frame(struct bus *bus, struct frame *frame)
{
	clock_sleep_until(bus->next_ns);
	frame->pts_ns = bus->next_ns;
	bus->pts_ns[bus->frames++ % MOST] = bus->next_ns;
	bus->next_ns += NS_PER_S / 30;
	slot_put(bus->slot, frame);
	read_packets(bus);
	uv_run(&bus->studio->loop, UV_RUN_NOWAIT);
}

/* Something moves, so that there is something to encode. */
static void put_picture(struct bus *bus, int width, int height)
{
	put_frame(bus,
		  frame_create_colour(width, height, (uint8_t)(60 + bus->frames % 10), 128, 128));
}

/* So much that each slice is many packets. */
static void put_noise(struct bus *bus, int width, int height)
{
	struct frame *frame = frame_create_colour(width, height, 128, 128, 128);
	g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)bus->frames);

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++)
			frame->plane[0][y * frame->stride[0] + x] =
				(uint8_t)g_rand_int_range(rand, 16, 236);
	put_frame(bus, frame);
}

static void put_pictures(struct bus *bus, int n)
{
	for (int i = 0; i < n; i++)
		put_picture(bus, 320, 180);
}

static int count_keys(struct bus *bus)
{
	int keys = 0;

	for (int i = 0; i < bus->n; i++)
		keys += bus->got[i].is_key && bus->got[i].is_start;
	return keys;
}

/* Until that many key frames are out. */
static bool wait_for_keys(struct bus *bus, int keys)
{
	for (int i = 0; i < 300 && count_keys(bus) < keys; i++)
		put_picture(bus, 320, 180);
	return count_keys(bus) >= keys;
}

/* ---- pictures ---- */

static void nothing_is_encoded_for_nobody(void **state)
{
	struct bus *bus = open_picture("constrained-baseline");
	struct encoder_stats stats;

	(void)state;
	assert_false(slot_is_wanted(bus->slot));
	put_pictures(bus, 20);
	encoder_read_stats(bus->encoder, &stats);
	assert_int_equal(stats.frames, 0);
	assert_int_equal(bus->n, 0);
	assert_false(slot_is_wanted(bus->slot));
	track_want(bus->track, 1);
	assert_true(slot_is_wanted(bus->slot));
	assert_true(wait_for_keys(bus, 1));
	track_want(bus->track, -1);
	put_pictures(bus, 5);
	assert_false(slot_is_wanted(bus->slot));
	close_bus(bus);
}

/* RFC 6184 5.7.1: a STAP-A with SPS (ISO 14496-10 7.3.2.1), PPS and perhaps more; or the SPS alone. */
static const uint8_t *find_sps(const struct got *got)
{
	return got->nal == 24 ? got->bytes + 3 : got->bytes;
}

static void check_packet(struct bus *bus, int i)
{
	const struct got *got = &bus->got[i];
	static const int types[] = {1, 5, 6, 7, 8, 24, 28};
	bool is_known = false;

	for (size_t k = 0; k < G_N_ELEMENTS(types); k++)
		is_known = is_known || got->nal == types[k];
	assert_true(is_known);
	assert_int_equal(got->ssrc, SSRC);
	assert_int_equal(got->pt, 102);
	assert_true(got->length <= 1200);
	assert_int_equal(got->is_end, got->marker);
	assert_int_equal(got->time, (uint32_t)((uint64_t)got->pts_ns * 9 / 100000));
	if (i == 0)
		return;
	assert_int_equal(got->is_start, bus->got[i - 1].is_end);
	assert_int_equal(got->seq, (bus->got[i - 1].seq + 1) & 0xffff);
}

static bool was_put(struct bus *bus, int64_t pts_ns)
{
	for (int i = 0; i < bus->frames; i++)
		if (bus->pts_ns[i] == pts_ns)
			return true;
	return false;
}

static void packets_are_as_browsers_want_them(void **state)
{
	struct bus *bus = open_picture("constrained-baseline");
	struct encoder_stats stats;

	(void)state;
	track_want(bus->track, 1);
	assert_true(wait_for_keys(bus, 1));
	put_pictures(bus, 45);
	assert_true(bus->n > 30);
	assert_true(bus->got[0].is_start && bus->got[0].is_key);
	const uint8_t *sps = find_sps(&bus->got[0]);

	assert_int_equal(sps[0] & 31, 7);
	assert_int_equal(sps[1], 66);	       /* profile_idc: baseline */
	assert_int_equal(sps[2] & 0x40, 0x40); /* constraint_set1_flag: constrained */
	for (int i = 0; i < bus->n; i++)
		check_packet(bus, i);
	for (int i = 0; i < bus->n; i++)
		assert_true(was_put(bus, bus->got[i].pts_ns));
	assert_int_equal(count_keys(bus), 1);
	encoder_read_stats(bus->encoder, &stats);
	print_message("encode %.1f ms, %.0f kbit/s\n", stats.encode_ms, stats.kbps);
	assert_true(stats.encode_ms > 0 && stats.encode_ms < 1000);
	assert_int_equal(stats.key_frames, 1);
	close_bus(bus);
}

static unsigned count_ends(const struct bus *bus)
{
	unsigned ends = 0;

	for (int i = 0; i < bus->n; i++)
		ends += bus->got[i].is_end;
	return ends;
}

/* Until all that was encoded has been read. */
static struct encoder_stats wait_for_stats(struct bus *bus)
{
	struct encoder_stats stats;

	for (int i = 0; i < 3000; i++) {
		read_packets(bus);
		encoder_read_stats(bus->encoder, &stats);
		if (stats.frames == count_ends(bus))
			break;
		g_usleep(1000);
	}
	return stats;
}

/* x264 makes as many slices of a picture as there are processors, and the payloader hands out each alone: it is one access unit all the same. */
static void slices_are_one_picture(void **state)
{
	struct bus *bus = open_picture_of(640, 360, 4000, "constrained-baseline");

	(void)state;
	track_want(bus->track, 1);
	for (int i = 0; i < 300 && count_ends(bus) < 10; i++)
		put_noise(bus, 640, 360);
	struct encoder_stats stats = wait_for_stats(bus);
	unsigned pictures = count_ends(bus);

	assert_true(pictures >= 10 && (unsigned)bus->n > 5 * pictures);
	assert_int_equal(stats.frames, pictures);
	assert_int_equal(stats.key_frames, 1);
	for (int i = 0; i < bus->n; i++) {
		const struct got *got = &bus->got[i];

		check_packet(bus, i);
		assert_int_equal(got->is_start, i == 0 || got->time != got[-1].time);
		assert_int_equal(got->is_key, got->time == bus->got[0].time);
	}
	close_bus(bus);
}

static void key_frames_come_when_asked_for_but_not_in_bursts(void **state)
{
	struct bus *bus = open_picture("constrained-baseline");

	(void)state;
	track_want(bus->track, 1);
	assert_true(wait_for_keys(bus, 1));
	for (int i = 0; i < 10; i++) { /* 333 ms: too soon */
		track_ask_key(bus->track);
		put_pictures(bus, 1);
	}
	assert_int_equal(count_keys(bus), 1);
	assert_true(wait_for_keys(bus, 2)); /* what was asked for is not forgotten */
	put_pictures(bus, 20);
	assert_int_equal(count_keys(bus), 2);
	track_ask_key(bus->track);
	put_pictures(bus, 5);
	assert_true(wait_for_keys(bus, 3));
	close_bus(bus);
}

static void the_first_after_a_pause_is_a_key_frame(void **state)
{
	struct bus *bus = open_picture("constrained-baseline");

	(void)state;
	track_want(bus->track, 1);
	assert_true(wait_for_keys(bus, 1));
	put_pictures(bus, 20);
	track_want(bus->track, -1);
	put_pictures(bus, 20);
	int before = bus->n;

	track_want(bus->track, 1);
	assert_true(wait_for_keys(bus, 2));
	assert_true(bus->n > before);
	assert_true(bus->got[before].is_key);
	close_bus(bus);
}

static void a_picture_of_another_size_is_left_out(void **state)
{
	struct bus *bus = open_picture("constrained-baseline");

	(void)state;
	track_want(bus->track, 1);
	put_picture(bus, 64, 36);
	assert_true(wait_for_keys(bus, 1));
	for (int i = 0; i < 5; i++) {
		put_picture(bus, 64, 36);
		put_picture(bus, 640, 360);
	}
	put_pictures(bus, 10);
	assert_int_equal(studio_count(bus->studio, NOTE_ENCODER_FAILED), 0);
	close_bus(bus);
}

static void what_fails_starts_again(void **state)
{
	struct bus *bus = open_picture("no-such-profile");

	(void)state;
	track_want(bus->track, 1);
	for (int i = 0; i < 300 && studio_count(bus->studio, NOTE_ENCODER_FAILED) < 2; i++)
		put_pictures(bus, 1);
	const struct note *note = studio_note(bus->studio, NOTE_ENCODER_FAILED, 0);

	assert_non_null(note);
	print_message("%s\n", note->text);
	assert_int_equal(note->id, 5);
	assert_int_equal(studio_count(bus->studio, NOTE_ENCODER_FAILED), 2);
	close_bus(bus);
}

/* ---- sound ---- */

static void put_sound(struct bus *bus, size_t frames)
{
	float samples[SOUND_TICK_FRAMES * SOUND_CHANNELS];

	for (size_t i = 0; i < frames; i++)
		samples[2 * i] = samples[2 * i + 1] = 0.3F * sinf((float)i * 0.0576F);
	clock_sleep_until(bus->next_ns);
	bus->next_ns += (int64_t)frames * NS_PER_S / SOUND_RATE_HZ;
	ring_write(bus->ring, samples, frames);
	read_packets(bus);
}

/* Equal pts_ns belongs together: it is the same time as rtp_time. */
static void assert_true_time(const struct got *got)
{
	assert_in_range((uint32_t)((uint64_t)got->pts_ns * 48 / 1000000) - got->time + 2, 0, 4);
}

/* A machine that is too busy to encode leaves whole ticks out, and time goes on over them. */
static int count_gaps(const struct bus *bus)
{
	int gaps = 0;

	for (int i = 2; i < bus->n; i++) { /* the first step is shorter by the look-ahead */
		uint32_t step = bus->got[i].time - bus->got[i - 1].time;

		assert_int_equal(step % SOUND_TICK_FRAMES, 0);
		assert_in_range(step, SOUND_TICK_FRAMES, SOUND_RATE_HZ);
		assert_true_time(&bus->got[i]);
		gaps += step != SOUND_TICK_FRAMES;
	}
	return gaps;
}

static void sound_counts_in_samples(void **state)
{
	struct bus *bus = open_sound(96);

	(void)state;
	track_want(bus->track, 1);
	for (int i = 0; i < 40; i++)
		put_sound(bus, 480);
	for (int i = 0; i < 100; i++) /* ragged, as no mixer should */
		put_sound(bus, (size_t)(i % 3 == 0 ? 200 : 340));
	for (int i = 0; i < 200 && bus->n < 100; i++)
		put_sound(bus, 480);
	assert_true(bus->n >= 100);
	for (int i = 0; i < bus->n; i++) {
		assert_int_equal(bus->got[i].ssrc, SSRC);
		assert_int_equal(bus->got[i].pt, 111);
		assert_true(bus->got[i].is_key && bus->got[i].is_start && bus->got[i].is_end);
	}
	assert_in_range(count_gaps(bus), 0, bus->n / 10);
	assert_true_time(&bus->got[50]);
	assert_true(llabs(bus->got[50].pts_ns - clock_now_ns()) < 5 * NS_PER_S);
	close_bus(bus);
}

/* The first step is shorter by what Opus looks ahead: 2.5 ms, and 4 more while it may change over to SILK. */
static void opus_keeps_little_back(void **state)
{
	static const struct {
		int kbps;
		uint32_t ahead;
	} rates[] = {{63, 312}, {64, 120}, {96, 120}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rates); i++) {
		struct bus *bus = open_sound(rates[i].kbps);

		track_want(bus->track, 1);
		for (int k = 0; k < 300 && bus->n < 2; k++)
			put_sound(bus, SOUND_TICK_FRAMES);
		assert_true(bus->n >= 2);
		assert_int_equal(bus->got[1].time - bus->got[0].time,
				 SOUND_TICK_FRAMES - rates[i].ahead);
		close_bus(bus);
	}
}

static void sound_waits_for_listeners(void **state)
{
	struct bus *bus = open_sound(96);

	(void)state;
	for (int i = 0; i < 20; i++)
		put_sound(bus, 480);
	assert_int_equal(bus->n, 0);
	for (int turn = 1; turn <= 2; turn++) {
		int before = bus->n;

		track_want(bus->track, 1);
		for (int i = 0; i < 300 && bus->n < before + 20; i++)
			put_sound(bus, 480);
		assert_true(bus->n >= before + 20);
		assert_true_time(&bus->got[before + 10]);
		assert_true_time(&bus->got[before + 19]);
		track_want(bus->track, -1);
		for (int i = 0; i < 30; i++)
			put_sound(bus, 480);
		int heard = bus->n;

		for (int i = 0; i < 20; i++)
			put_sound(bus, 480);
		assert_int_equal(bus->n, heard);
	}
	for (int i = 1; i < bus->n; i++)
		assert_int_equal((uint16_t)(bus->got[i].seq - bus->got[i - 1].seq), 1);
	close_bus(bus);
}

/* The thread is of a pool: after the end it comes first no more. */
static void sound_comes_first_while_it_is_encoded(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct bus *picture = open_picture("constrained-baseline"), *sound = open_sound(96);

		track_want(picture->track, 1);
		track_want(sound->track, 1);
		put_pictures(picture, 3);
		for (int k = 0; k < 300 && sound->n < 10; k++)
			put_sound(sound, 480);
		assert_true(sound->n >= 10);
		if (studio_hurried() >= 0)
			assert_int_equal(studio_hurried(), 1);
		close_bus(sound);
		assert_true(studio_hurried() <= 0);
		close_bus(picture);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_encoded_for_nobody),
		cmocka_unit_test(packets_are_as_browsers_want_them),
		cmocka_unit_test(slices_are_one_picture),
		cmocka_unit_test(key_frames_come_when_asked_for_but_not_in_bursts),
		cmocka_unit_test(the_first_after_a_pause_is_a_key_frame),
		cmocka_unit_test(a_picture_of_another_size_is_left_out),
		cmocka_unit_test(what_fails_starts_again),
		cmocka_unit_test(sound_counts_in_samples),
		cmocka_unit_test(opus_keeps_little_back),
		cmocka_unit_test(sound_waits_for_listeners),
		cmocka_unit_test(sound_comes_first_while_it_is_encoded),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, studio_house_open, studio_house_close);
}
