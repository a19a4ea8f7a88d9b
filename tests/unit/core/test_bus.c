/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bus.h"
#include "source.h"

#define ANNA 7
#define BELA 8
#define CAM  9

/* All there is: who, as what, and which of the three kinds of bus (and whose return) hears it. */
static const struct {
	uint64_t id;
	enum role role;
	bool is_speaker, is_on;
	bool in_program, in_room, in_annas_return;
} truth[] = {
	/* a camera or clip: is_on says nothing about it */
	{CAM, ROLE_HALL, false, false, true, false, true},
	{CAM, ROLE_HALL, false, true, true, false, true},
	{CAM, ROLE_REMOTE, false, false, true, true, true},
	{CAM, ROLE_REMOTE, false, true, true, true, true},
	/* speakers: who waits is nowhere */
	{ANNA, ROLE_REMOTE, true, false, false, false, false},
	{ANNA, ROLE_REMOTE, true, true, true, true, false},
	{BELA, ROLE_REMOTE, true, false, false, false, false},
	{BELA, ROLE_REMOTE, true, true, true, true, true},
	/* no show can say this, and it would not reach the hall either */
	{BELA, ROLE_HALL, true, true, true, false, true},
	{ANNA, ROLE_HALL, true, true, true, false, false},
};

#define N_TRUTHS (sizeof(truth) / sizeof(truth[0]))

static const struct bus buses[] = {{BUS_PROGRAM, 0}, {BUS_ROOM, 0}, {BUS_RETURN, ANNA}};

static void check(const struct bus_source *source, const bool heard[3], float level)
{
	for (int i = 0; i < 3; i++)
		assert_float_equal(bus_gain(&buses[i], source), heard[i] ? level : 0, 1e-6);
}

static void test_truth_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_TRUTHS; i++) {
		const bool heard[3] = {truth[i].in_program, truth[i].in_room,
				       truth[i].in_annas_return};
		const bool nowhere[3] = {false};
		struct bus_source source = {
			.id = truth[i].id,
			.role = truth[i].role,
			.is_speaker = truth[i].is_speaker,
			.is_on = truth[i].is_on,
		};

		check(&source, heard, 1);
		source.gain_db = -20;
		check(&source, heard, 0.1f);
		source.gain_db = GAIN_SILENCE_DB;
		check(&source, nowhere, 0);
		source.gain_db = 0;
		source.is_muted = true;
		check(&source, nowhere, 0);
	}
}

/* What program and the returns leave out of it: who is neither shown nor pinned, but never a
 * speaker; and the room leaves out nobody. */
static void test_follows_the_picture(void **state)
{
	(void)state;
	for (int shown = 0; shown < 2; shown++)
		for (int pinned = 0; pinned < 2; pinned++) {
			struct bus_source source = {
				.id = CAM, .is_shown = shown, .is_pinned = pinned};
			bool is_off = !shown && !pinned;

			assert_true(bus_is_off_air(&buses[0], &source) == is_off);
			assert_false(bus_is_off_air(&buses[1], &source));
			assert_true(bus_is_off_air(&buses[2], &source) == is_off);
			source.is_speaker = true;
			for (int i = 0; i < 3; i++)
				assert_false(bus_is_off_air(&buses[i], &source));
		}
}

static void test_levels(void **state)
{
	const struct {
		double db;
		float linear;
	} levels[] = {{0, 1},	       {6.0206, 2},   {12, 3.981072f},
		      {-6.0206, 0.5f}, {-60, 0.001f}, {-200, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		struct bus_source source = {
			.id = CAM, .role = ROLE_REMOTE, .gain_db = levels[i].db};

		assert_float_equal(bus_gain(&buses[0], &source), levels[i].linear, 1e-4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truth_table),
		cmocka_unit_test(test_follows_the_picture),
		cmocka_unit_test(test_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
