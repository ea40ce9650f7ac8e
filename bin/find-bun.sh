# Sets $bun to a Bun that works on this machine: the one installed with Weir in $root, else one on the PATH. Fails without one.
find_bun() {
  for modules in "$root/node_modules" "$root/.."; do
    for bun in "$modules"/@oven/bun-*/bin/bun "$modules/.bin/bun"; do
      if [ -x "$bun" ] && "$bun" --revision >/dev/null 2>&1; then return 0; fi
    done
  done
  bun=$(command -v bun)
}
