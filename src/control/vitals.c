/* SPDX-License-Identifier: EUPL-1.2 */
#include "vitals.h"

#include <glib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <uv.h>

#include "address.h"
#include "certificate.h"
#include "clock.h"
#include "load.h"
#include "preflight.h"
#include "process.h"
#include "program.h"
#include "settings.h"
#include "show.h"

#define EVERY_MS      1000
#define WINDOW	      PREFLIGHT_WINDOW_S
#define MOST_NAMED    3 /* addresses */
#define TCP_LISTENING "0A"

struct vitals {
	struct uv_loop_s *loop;
	uv_timer_t timer;
	uv_fs_t disk;
	bool is_looking; /* at the disk */
	bool is_closed;	 /* and goes with that look */
	struct show *show;
	double disk_mb;
	int64_t begun_ns;
	int64_t cert_until_s; /* 0: there is none */
	bool is_self_signed;
	uint64_t missed[WINDOW + 1]; /* in all, second by second */
	unsigned n;
	char closed[128], open[128], addresses[128];
};

static struct vitals *the_vitals;

/* ---- looking, once a second ---- */

static void after_disk(uv_fs_t *request)
{
	struct vitals *vitals = request->data;
	const uv_statfs_t *disk = request->ptr;

	vitals->disk_mb =
		request->result == 0 ? (double)disk->f_bavail * (double)disk->f_bsize / 1e6 : NAN;
	vitals->is_looking = false;
	uv_fs_req_cleanup(request);
	if (vitals->is_closed)
		g_free(vitals);
}

static void look_at_disk(struct vitals *vitals)
{
	if (vitals->is_looking)
		return;
	vitals->is_looking = true;
	vitals->disk.data = vitals;
	if (uv_fs_statfs(vitals->loop, &vitals->disk, show_settings(vitals->show)->state_dir,
			 after_disk) != 0)
		vitals->is_looking = false;
}

static uint64_t missed_ticks(const struct show *show)
{
	struct program_view view;

	program_view(show, &view);
	return view.video_missed;
}

static void on_timer(uv_timer_t *timer)
{
	struct vitals *vitals = timer->data;

	vitals->missed[vitals->n++ % (WINDOW + 1)] = missed_ticks(vitals->show);
	look_at_disk(vitals);
}

struct vitals *vitals_create(struct uv_loop_s *loop, struct show *show, const char *cert_path)
{
	struct vitals *vitals = g_new0(struct vitals, 1);

	vitals->loop = loop;
	vitals->show = show;
	vitals->disk_mb = NAN;
	vitals->begun_ns = clock_now_ns();
	if (!certificate_read(cert_path, &vitals->cert_until_s, &vitals->is_self_signed))
		vitals->cert_until_s = 0;
	vitals->timer.data = vitals;
	uv_timer_init(loop, &vitals->timer);
	uv_timer_start(&vitals->timer, on_timer, 0, EVERY_MS);
	the_vitals = vitals;
	return vitals;
}

/* A look at the disk that is on its way ends it. */
static void on_closed(uv_handle_t *handle)
{
	struct vitals *vitals = handle->data;

	vitals->is_closed = true;
	if (!vitals->is_looking)
		g_free(vitals);
}

void vitals_destroy(struct vitals *vitals)
{
	if (!vitals)
		return;
	the_vitals = NULL;
	uv_close((uv_handle_t *)&vitals->timer, on_closed);
}

/* ---- asking ---- */

double vitals_missed_ticks(const struct show *show)
{
	unsigned n = the_vitals ? the_vitals->n : 0;

	if (!n)
		return NAN;
	return (double)(missed_ticks(show) -
			the_vitals->missed[(n - 1 - MIN(n - 1, WINDOW)) % (WINDOW + 1)]);
}

double vitals_age_s(void)
{
	return the_vitals ? (double)(clock_now_ns() - the_vitals->begun_ns) / NS_PER_S : 0;
}

static double free_memory_mb(void)
{
	g_autofree char *text = NULL;
	const char *line = g_file_get_contents("/proc/meminfo", &text, NULL, NULL)
				   ? strstr(text, "MemAvailable:")
				   : NULL;

	return line ? (double)g_ascii_strtoull(line + strlen("MemAvailable:"), NULL, 10) * 1024 /
			       1e6
		    : NAN;
}

/* proc(5), /proc/net/tcp and its like: a line a socket, "n: address:port address:port state", all hexadecimal. */
static bool is_in_table(const char *path, int port, bool is_tcp)
{
	FILE *file = fopen(path, "re");
	char line[512], state[3];
	unsigned found;
	bool is_open = false;

	while (file && !is_open && fgets(line, sizeof(line), file))
		is_open = sscanf(line, " %*d: %*[0-9A-F]:%x %*[0-9A-F]:%*x %2s", &found, state) ==
				  2 &&
			  found == (unsigned)port && (!is_tcp || strcmp(state, TCP_LISTENING) == 0);
	if (file)
		fclose(file);
	return is_open;
}

static void look_at_port(int port, bool is_tcp, const char *what, GString *open, GString *closed)
{
	const char *four = is_tcp ? "/proc/net/tcp" : "/proc/net/udp";
	const char *six = is_tcp ? "/proc/net/tcp6" : "/proc/net/udp6";

	if (!port)
		return;
	bool is_open = is_in_table(six, port, is_tcp) || is_in_table(four, port, is_tcp);
	GString *list = is_open ? open : closed;

	g_string_append_printf(list, "%s%s %s/%d", list->len ? ", " : "", what,
			       is_tcp ? "tcp" : "udp", port);
}

static void look_at_ports(const struct settings *settings, char *open, char *closed, size_t size)
{
	g_autoptr(GString) opened = g_string_new(NULL), missing = g_string_new(NULL);

	look_at_port(settings->https_port, true, "pages", opened, missing);
	look_at_port(settings->http_port, true, "proxy", opened, missing);
	look_at_port(settings->srt_port, false, "cameras", opened, missing);
	look_at_port(settings->rtc_port, false, "browsers", opened, missing);
	g_strlcpy(open, opened->str, size);
	g_strlcpy(closed, missing->str, size);
}

static bool is_own(const char *address)
{
	return g_str_has_prefix(address, "127.") || strcmp(address, "::1") == 0;
}

/* What others reach: what browsers are told, or the machine's own addresses. */
static void name_addresses(const struct settings *settings, char *text, size_t size)
{
	g_autoptr(GPtrArray) all = address_list();
	g_auto(GStrv) told = g_strsplit_set(settings->rtc_address, " ,", -1);
	g_autoptr(GString) names = g_string_new(NULL);
	int n = 0;

	for (guint i = 0; !*settings->rtc_address && i < all->len; i++)
		if (!is_own(all->pdata[i]) && n++ < MOST_NAMED)
			g_string_append_printf(names, "%s%s", names->len ? ", " : "",
					       (const char *)all->pdata[i]);
	for (char **one = told; *one; one++)
		if (**one && !is_own(*one) && n++ < MOST_NAMED)
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", *one);
	g_strlcpy(text, names->str, size);
}

static void read_clock(struct machine_facts *facts)
{
	struct timex time = {.modes = 0};
	int state = adjtimex(&time);

	facts->is_clock_known = state >= 0;
	facts->is_clock_set = state >= 0 && state != TIME_ERROR && !(time.status & STA_UNSYNC);
}

static void read_system(struct machine_facts *facts)
{
	struct load_figures load;
	struct process process;

	load_read_window(&load);
	process_read(&process);
	facts->cores = load.cores;
	facts->cpu_percent = load.machine_percent / load.cores;
	facts->daemon_percent = load.daemon_percent;
	facts->memory_mb = free_memory_mb();
	facts->open_files = process.open_fds;
	facts->most_files = process.max_fds;
	read_clock(facts);
}

void vitals_read(const struct show *show, struct machine_facts *facts)
{
	static struct vitals none = {.disk_mb = NAN};
	struct vitals *vitals = the_vitals ? the_vitals : &none;
	const struct settings *settings = show_settings(show);

	*facts = (struct machine_facts){
		.disk_mb = vitals->disk_mb,
		.disk_path = settings->state_dir,
		.certificate_days = NAN,
		.is_self_signed = vitals->is_self_signed,
		.open_ports = vitals->open,
		.closed_ports = vitals->closed,
		.addresses = vitals->addresses,
	};
	if (settings->https_port && vitals->cert_until_s)
		facts->certificate_days =
			((double)vitals->cert_until_s - (double)clock_wall_ns() / NS_PER_S) / 86400;
	look_at_ports(settings, vitals->open, vitals->closed, sizeof(vitals->open));
	name_addresses(settings, vitals->addresses, sizeof(vitals->addresses));
	read_system(facts);
}
