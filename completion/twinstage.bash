# SPDX-License-Identifier: EUPL-1.2
# Completion of twinstage and twinstaged for bash.

_twinstage() {
	local cur=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT} found
	COMPREPLY=()
	while IFS= read -r found; do
		found=${found%%$'\t'*}
		case $found in
		'')
			compopt -o filenames 2>/dev/null
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			continue ;;
		*[:=]) compopt -o nospace 2>/dev/null ;;
		esac
		case $cur in
		\"*\" | \'*\') printf -v found %q "$found" ;; # a closed quote is replaced, too
		\"* | \'*) ;;
		*) printf -v found %q "$found" ;;
		esac
		COMPREPLY+=("$found")
	done < <("${COMP_WORDS[0]}" --complete-line "$line" "${COMP_WORDBREAKS//[^:=]/}" 2>/dev/null)
}
complete -F _twinstage twinstage

_twinstaged() {
	local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
	COMPREPLY=()
	case $before in
	--config | --show)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return ;;
	--set)
		compopt -o nospace 2>/dev/null
		COMPREPLY=($(compgen -S = -W 'state_dir socket_path web_dir pipelines_dir slate_picture public_url https_port http_port tls_cert tls_key srt_port srt_latency_ms rtc_port rtc_address rtc_workers rtc_public_port width height fps video_kbps room_kbps small_kbps small_height multiview_width multiview_height multiview_fps multiview_kbps x264_preset h264_profile key_interval_ms audio_kbps return_kbps hold_ms transition_ms black_ms audio_follows_video overlays_on overlay_font overlay_text_colour overlay_background overlay_accent speaker_video_latency_ms speaker_audio_latency_ms speaker_kbps invite_hours journal_mb max_sources max_scenes max_cues max_boxes max_speakers max_viewers max_viewers_per_address max_crew audio_priority' -- "$cur"))
		return ;;
	esac
	COMPREPLY=($(compgen -W '--config --set --show --debug --help --version' -- "$cur"))
}
complete -F _twinstaged twinstaged
