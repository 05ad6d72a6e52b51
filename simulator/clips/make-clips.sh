#!/bin/sh
# Speaks every line of lines.tsv into <folder>/<name>.ulaw (headerless mu-law, 8 kHz, mono), writes
# <folder>/clips.json, and speaks the clips that a caller waits with: the one that Twilio serves while
# a bridge restarts, and those of the bridge for when the model is lost, one a language.
# Needs espeak-ng and sox. The same versions of these give the same bytes.
#
#   simulator/clips/make-clips.sh [folder for clips] [folder for assets] [folder for the bridge's]
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
clips=${1:-$here}
assets=${2:-$here/../../assets}
waiting=${3:-$here/../../bridge/clips}
mkdir -p "$clips" "$assets" "$waiting"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# speak WHO TEXT OUT [sox output options…]: no silence before, none over 120 ms within, peaks at -2 dB.
speak() {
  who=$1 text=$2 out=$3
  shift 3
  case $who in
    agent) espeak-ng -v en-us+f3 -s 165 -p 55 -w "$scratch/voice.wav" -- "$text" ;;
    wait-*) espeak-ng -v "${who#wait-}+f3" -s 160 -p 55 -w "$scratch/voice.wav" -- "$text" ;;
    caller) espeak-ng -v en-gb+m3 -s 160 -p 35 -w "$scratch/voice.wav" -- "$text" ;;
  esac
  sox -D -R "$scratch/voice.wav" "$@" "$out" \
    highpass 150 rate 8000 \
    silence -l 1 0.01 0.5% -1 0.12 0.5% reverse silence 1 0.01 0.5% reverse \
    compand 0.005,0.1 6:-40,-25,0,-8 norm -2 pad 0.02 0.02
}

tab=$(printf '\t')
separator='['
while IFS="$tab" read -r who name text; do
  speak "$who" "$text" "$clips/$name.ulaw" -t raw -e mu-law -b 8 -c 1
  printf '%s\n  {\n    "name": "%s",\n    "file": "%s.ulaw",\n    "who": "%s",\n    "text": "%s"\n  }' \
    "$separator" "$name" "$name" "$who" "$text"
  separator=','
done <"$here/lines.tsv" >"$scratch/clips.json"
printf '\n]\n' >>"$scratch/clips.json"
mv "$scratch/clips.json" "$clips/clips.json"

speak agent 'One moment, please.' "$assets/one-moment.wav" -t wav -e mu-law -b 8 -c 1

while IFS="$tab" read -r language text; do
  speak "wait-$language" "$text" "$waiting/one-moment.$language.ulaw" -t raw -e mu-law -b 8 -c 1
done <"$here/waiting.tsv"
