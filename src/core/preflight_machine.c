/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>

#include "preflight_private.h"
#include "settings.h"

/* What an hour leaves on the disk: the journal of commands and events, and the log. */
#define MB_PER_HOUR 20

static double hours(const struct machine_facts *facts)
{
	return facts->planned_s / 3600;
}

static void check_cpu(struct preflight *preflight, const struct machine_facts *facts)
{
	preflight_begin(preflight, GROUP_MACHINE, "CPU");
	if (isfinite(facts->cpu_percent))
		advise(find(preflight, preflight_judge(LIMIT_CPU_PERCENT, facts->cpu_percent),
			    "CPU", "%.0f %% of %d cores busy, the server takes %.0f %% of one",
			    facts->cpu_percent, facts->cores, facts->daemon_percent),
		       "end other programs; fewer sources; a faster x264_preset");
	else
		advise(find(preflight, VERDICT_LOOK, "CPU", "not known yet"),
		       "check again in 10 s");
	if (isfinite(facts->memory_mb))
		advise(find(preflight, preflight_judge(LIMIT_MEMORY_MB, facts->memory_mb), "memory",
			    "%.0f MB of memory left", facts->memory_mb),
		       "end other programs");
}

static void check_disk(struct preflight *preflight, const struct machine_facts *facts)
{
	double needed_mb = MB_PER_HOUR * hours(facts);
	enum verdict verdict = preflight_judge(LIMIT_DISK_SPARE_MB, facts->disk_mb - needed_mb);

	preflight_begin(preflight, GROUP_MACHINE, "disk");
	if (isfinite(facts->disk_mb))
		advise(find(preflight, verdict, "space",
			    "%.1f GB free for %.4g h of journal and log", facts->disk_mb / 1000,
			    hours(facts)),
		       "make room on the disk of %s", facts->disk_path);
	else
		advise(find(preflight, VERDICT_LOOK, "space", "not known"), "does %s exist?",
		       facts->disk_path);
}

static void check_certificate(struct preflight *preflight, const struct machine_facts *facts)
{
	double days = facts->certificate_days - facts->planned_s / 86400;
	enum verdict verdict = preflight_judge(LIMIT_CERTIFICATE_DAYS, days);

	preflight_begin(preflight, GROUP_MACHINE, "certificate");
	if (!isfinite(days))
		find(preflight, VERDICT_OK, "expiry", "none: HTTPS is off");
	else if (facts->certificate_days < 0)
		advise(find(preflight, verdict, "expiry", "ended %.0f days ago",
			    -facts->certificate_days),
		       "renew %s and start twinstaged again: browsers refuse it",
		       *preflight->settings->tls_cert ? preflight->settings->tls_cert : "it");
	else
		advise(find(preflight, verdict, "expiry", "good for %.0f days%s",
			    facts->certificate_days, facts->is_self_signed ? ", self-signed" : ""),
		       "renew %s and start twinstaged again",
		       *preflight->settings->tls_cert ? preflight->settings->tls_cert : "it");
}

static void check_network(struct preflight *preflight, const struct machine_facts *facts)
{
	preflight_begin(preflight, GROUP_MACHINE, "network");
	if (*facts->closed_ports)
		advise(find(preflight, VERDICT_BAD, "ports", "not open: %s", facts->closed_ports),
		       "start twinstaged again; its log says what holds the port");
	if (*facts->open_ports)
		find(preflight, VERDICT_OK, "ports", "open: %s", facts->open_ports);
	if (*facts->addresses)
		find(preflight, VERDICT_OK, "addresses", "at %s", facts->addresses);
	else
		advise(find(preflight, VERDICT_LOOK, "addresses", "reached from this machine only"),
		       "plug in the network, or set rtc_address right");
}

static void check_system(struct preflight *preflight, const struct machine_facts *facts)
{
	double part = facts->open_files / facts->most_files;

	preflight_begin(preflight, GROUP_MACHINE, "system");
	if (facts->is_clock_known)
		advise(find(preflight, facts->is_clock_set ? VERDICT_OK : VERDICT_LOOK, "clock",
			    facts->is_clock_set ? "clock set by NTP" : "clock not set by NTP"),
		       "timedatectl set-ntp true (invites and logs go by it)");
	if (isfinite(part))
		advise(find(preflight, preflight_judge(LIMIT_FILES_PART, part), "files",
			    "%.0f of %.0f files open", facts->open_files, facts->most_files),
		       "raise LimitNOFILE of twinstaged.service");
}

void preflight_machine(struct preflight *preflight, const struct machine_facts *facts)
{
	check_cpu(preflight, facts);
	check_disk(preflight, facts);
	check_certificate(preflight, facts);
	check_network(preflight, facts);
	check_system(preflight, facts);
}
