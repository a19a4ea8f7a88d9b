/* SPDX-License-Identifier: EUPL-1.2
 *
 * preflight: the rules of `twinstage check`, pure: facts go in, findings come out, each with what to do. What counts as wrong stands in
 * preflight.def. It looks at nothing itself: the facts are views of the show (source.h, speaker.h, bus_view.h, program.h) and of the
 * machine, taken by whoever asks, and of the last ten seconds because the probes behind them always look.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct settings;
struct source_view;
struct speaker_view;
struct bus_view;
struct program_view;
struct preflight;

#define PREFLIGHT_WINDOW_S 10

enum verdict { VERDICT_OK, VERDICT_LOOK, VERDICT_BAD };
enum finding_group { GROUP_INPUT, GROUP_OUTPUT, GROUP_MACHINE };

struct finding {
	enum verdict verdict;
	enum finding_group group;
	char subject[136];  /* the source's name, "program", "disk" .. */
	const char *item;   /* what was looked at: "black", "key interval" .. */
	char measured[136]; /* what there is, as a phrase: "black for 34 s", "1280x720" */
	char advice[240];   /* what to do; "" where there is nothing to do */
};

/* NAN where it is not known. */
struct machine_facts {
	double cpu_percent;    /* of all cores, over ten seconds */
	double daemon_percent; /* of one core, the same */
	int cores;
	double memory_mb; /* that can still be had */
	double disk_mb;	  /* free, where state_dir is */
	const char *disk_path;
	double planned_s;	 /* how long the show is to be */
	double certificate_days; /* that it is still good; NAN: HTTPS is off */
	bool is_self_signed;
	const char *
		closed_ports; /* "8443/tcp, 9000/udp": those of the settings that are not open; "" */
	const char *open_ports;
	const char *addresses;		   /* under which it is reached from elsewhere; "": none */
	bool is_clock_known, is_clock_set; /* by NTP */
	double open_files, most_files;
};

enum limit {
#define LIMIT(name, worse, look, bad, meaning) LIMIT_##name,
#include "preflight.def"
#undef LIMIT
	LIMITS
};

/* A number that is not known is OK: who does not know it says so otherwise. */
enum verdict preflight_judge(enum limit limit, double value);

/* `host`: where cameras call, for advice. Both outlive it. */
struct preflight *preflight_create(const struct settings *settings, const char *host);

/* Each appends its findings. A speaker's source is not given to preflight_source() as well. `rtt_ms` of a speaker: of their return; NAN:
 * not known. `missed`: video ticks of the last ten seconds. */
void preflight_source(struct preflight *preflight, const struct source_view *view);
void preflight_speaker(struct preflight *preflight, const struct speaker_view *view, double rtt_ms);
void preflight_program(struct preflight *preflight, const struct program_view *view, double missed);
void preflight_bus(struct preflight *preflight, const struct bus_view *view);
void preflight_machine(struct preflight *preflight, const struct machine_facts *facts);

/* The worst first; among equals inputs, outputs, machine, each in the order in which they were given. */
void preflight_sort(struct preflight *preflight);

int preflight_count(const struct preflight *preflight);
const struct finding *preflight_finding(const struct preflight *preflight, int index);
enum verdict preflight_verdict(const struct preflight *preflight); /* the worst */

const char *verdict_name(enum verdict verdict);		  /* "OK" "LOOK" "BAD" */
const char *finding_group_name(enum finding_group group); /* "input" "output" "machine" */

void preflight_destroy(struct preflight *preflight);
