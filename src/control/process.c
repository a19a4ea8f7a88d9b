/* SPDX-License-Identifier: EUPL-1.2 */
#include "process.h"

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

static double count_fds(void)
{
	g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
	int n = 0;

	while (dir && g_dir_read_name(dir))
		n++;
	return dir ? n - 1 : NAN; /* less the one that looks */
}

/* `began_s`: since the system started. */
static double start_of(double began_s)
{
	struct timespec up;

	clock_gettime(CLOCK_BOOTTIME, &up);
	return round((double)clock_wall_ns() / NS_PER_S -
		     ((double)up.tv_sec + (double)up.tv_nsec / NS_PER_S - began_s));
}

/* proc(5), /proc/pid/stat: behind the name, which may hold anything, the third field follows. */
static void read_stat(struct process *process)
{
	g_autofree char *text = NULL;
	unsigned long user, system, size;
	unsigned long long began;
	long threads, pages;
	double hz = (double)sysconf(_SC_CLK_TCK);

	if (!g_file_get_contents("/proc/self/stat", &text, NULL, NULL) || !strrchr(text, ')') ||
	    sscanf(strrchr(text, ')') + 1,
		   " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %ld %*d "
		   "%llu %lu %ld",
		   &user, &system, &threads, &began, &size, &pages) != 6)
		return;
	process->cpu_s = (double)(user + system) / hz;
	process->threads = (double)threads;
	process->virtual_bytes = (double)size;
	process->resident_bytes = (double)pages * (double)sysconf(_SC_PAGESIZE);
	process->start_s = start_of((double)began / hz);
}

void process_read(struct process *process)
{
	struct rlimit limit;

	*process = (struct process){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	read_stat(process);
	process->open_fds = count_fds();
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		process->max_fds = (double)limit.rlim_cur;
}
