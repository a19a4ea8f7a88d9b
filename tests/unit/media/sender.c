/* SPDX-License-Identifier: EUPL-1.2 */
#include "sender.h"

#include <signal.h>
#include <sys/wait.h>

struct sender {
	GPid pid;
	bool is_reaped;
};

static struct sender *start(const char *arguments, int *out)
{
	struct sender *sender = g_new0(struct sender, 1);
	g_autofree char *line = g_strdup_printf("ffmpeg -v quiet -nostdin %s", arguments);
	g_auto(GStrv) argv = g_strsplit(line, " ", -1);
	g_autoptr(GError) error = NULL;

	if (!g_spawn_async_with_pipes(NULL, argv, NULL,
				      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
					      (out ? 0 : G_SPAWN_STDOUT_TO_DEV_NULL) |
					      G_SPAWN_STDERR_TO_DEV_NULL,
				      NULL, NULL, &sender->pid, NULL, out, NULL, &error))
		g_error("ffmpeg: %s", error->message);
	return sender;
}

struct sender *sender_start(const char *arguments)
{
	return start(arguments, NULL);
}

struct sender *sender_start_piped(const char *arguments, int *out)
{
	return start(arguments, out);
}

bool sender_has_ended(struct sender *sender)
{
	if (!sender->is_reaped && waitpid(sender->pid, NULL, WNOHANG) == sender->pid)
		sender->is_reaped = true;
	return sender->is_reaped;
}

void sender_stop(struct sender *sender, int sig)
{
	if (!sender)
		return;
	if (!sender_has_ended(sender)) {
		kill(sender->pid, sig);
		waitpid(sender->pid, NULL, 0);
	}
	g_spawn_close_pid(sender->pid);
	g_free(sender);
}
