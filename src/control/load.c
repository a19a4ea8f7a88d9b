/* SPDX-License-Identifier: EUPL-1.2 */
#include "load.h"

#include <glib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define EVERY_MS 1000

/* Seconds since some beginning. */
struct sample {
	double at, daemon, busy, idle;
};

struct load {
	uv_timer_t timer;
	struct sample last;
	struct load_figures figures;
};

static struct load *the_load;

static double seconds_of(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* proc(5), /proc/stat: user nice system idle iowait irq softirq steal; guests are in user. False:
 * there is no such file. */
static bool read_machine(double *busy, double *idle)
{
	uint64_t n[8];
	double hz = (double)sysconf(_SC_CLK_TCK);
	FILE *file = fopen("/proc/stat", "re");
	bool is_read = file && fscanf(file,
				      "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
				      " %" SCNu64 " %" SCNu64 " %" SCNu64,
				      &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7]) == 8;

	if (file)
		fclose(file);
	if (!is_read)
		return false;
	*idle = (double)(n[3] + n[4]) / hz;
	*busy = (double)(n[0] + n[1] + n[2] + n[5] + n[6] + n[7]) / hz;
	return true;
}

static struct sample look(void)
{
	struct sample sample = {
		.at = seconds_of(CLOCK_MONOTONIC),
		.daemon = seconds_of(CLOCK_PROCESS_CPUTIME_ID),
		.busy = NAN,
		.idle = NAN,
	};

	read_machine(&sample.busy, &sample.idle);
	return sample;
}

static void on_timer(uv_timer_t *timer)
{
	struct load *load = timer->data;
	struct sample now = look();
	double seconds = now.at - load->last.at;

	load->figures.daemon_percent = 100 * (now.daemon - load->last.daemon) / seconds;
	load->figures.machine_percent = 100 * (now.busy - load->last.busy) / seconds;
	load->figures.idle_percent = 100 * (now.idle - load->last.idle) / seconds;
	load->last = now;
}

struct load *load_create(struct uv_loop_s *loop)
{
	struct load *load = g_new0(struct load, 1);

	load->last = look();
	load->figures = (struct load_figures){NAN, NAN, NAN, (int)sysconf(_SC_NPROCESSORS_ONLN)};
	load->timer.data = load;
	uv_timer_init(loop, &load->timer);
	uv_timer_start(&load->timer, on_timer, EVERY_MS, EVERY_MS);
	the_load = load;
	return load;
}

void load_read(struct load_figures *figures)
{
	*figures =
		the_load ? the_load->figures
			 : (struct load_figures){NAN, NAN, NAN, (int)sysconf(_SC_NPROCESSORS_ONLN)};
}

static void on_closed(uv_handle_t *handle)
{
	g_free(handle->data);
}

void load_destroy(struct load *load)
{
	if (!load)
		return;
	the_load = NULL;
	uv_close((uv_handle_t *)&load->timer, on_closed);
}
