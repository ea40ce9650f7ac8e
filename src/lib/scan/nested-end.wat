;; Finds where a nested JSON value ends: sixty-four bytes at a time are turned into bit masks of quotes, backslashes and brackets, strings are
;; masked out by a running exclusive or, and brackets are counted. Only a block in which the depth may come to zero is looked at bit by bit.
;; (The method is simdjson's: Langdale and Lemire, "Parsing Gigabytes of JSON per Second", sections 3.1.1 to 3.1.3.)
;; Compiled by `wat2wasm nested-end.wat`; nested-end.ts holds the result as base64.
(module
  (memory (export "memory") 1)
  (global $depth (mut i64) (i64.const 0))
  ;; All ones while the byte before the next block is inside a string.
  (global $inside (mut i64) (i64.const 0))
  ;; One when the first byte of the next block is escaped.
  (global $carry (mut i64) (i64.const 0))

  ;; Begins anew, outside of strings, with this many brackets open.
  (func (export "begin") (param $open i32)
    (global.set $depth (i64.extend_i32_u (local.get $open)))
    (global.set $inside (i64.const 0))
    (global.set $carry (i64.const 0)))

  ;; Which of 64 bytes equal $byte, as bits.
  (func $mask (param $a v128) (param $b v128) (param $c v128) (param $d v128) (param $byte v128) (result i64)
    (i64.or
      (i64.or
        (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $a) (local.get $byte))))
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $b) (local.get $byte)))) (i64.const 16)))
      (i64.or
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $c) (local.get $byte)))) (i64.const 32))
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $d) (local.get $byte)))) (i64.const 48)))))

  ;; Reads the first $length bytes of the memory, a multiple of 64. Gives the index behind the bracket that ends the value,
  ;; -1 when it does not end there, -2 when it is no JSON.
  (func (export "scan") (param $length i32) (result i32)
    (local $at i32) (local $depth i64) (local $inside i64) (local $carry i64)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $case v128)
    (local $slashes i64) (local $follows i64) (local $odd i64) (local $sum i64) (local $escaped i64)
    (local $strings i64) (local $wrong i64) (local $opens i64) (local $closes i64) (local $count i64) (local $bits i64)
    (local.set $depth (global.get $depth))
    (local.set $inside (global.get $inside))
    (local.set $carry (global.get $carry))
    (local.set $case (v128.const i8x16 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32))
    (block $done
      (loop $blocks
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (local.set $a (v128.load (local.get $at)))
        (local.set $b (v128.load offset=16 (local.get $at)))
        (local.set $c (v128.load offset=32 (local.get $at)))
        (local.set $d (v128.load offset=48 (local.get $at)))
        ;; Which bytes are escaped.
        (local.set $slashes (i64.and
          (call $mask (local.get $a) (local.get $b) (local.get $c) (local.get $d) (v128.const i8x16 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92))
          (i64.xor (local.get $carry) (i64.const -1))))
        (if (i64.eqz (local.get $slashes))
          (then
            (local.set $escaped (local.get $carry))
            (local.set $carry (i64.const 0)))
          (else
            (local.set $follows (i64.or (i64.shl (local.get $slashes) (i64.const 1)) (local.get $carry)))
            (local.set $odd (i64.and (i64.and (local.get $slashes) (i64.const 0xAAAAAAAAAAAAAAAA)) (i64.xor (local.get $follows) (i64.const -1))))
            (local.set $sum (i64.add (local.get $odd) (local.get $slashes)))
            (local.set $carry (i64.extend_i32_u (i64.lt_u (local.get $sum) (local.get $slashes))))
            (local.set $escaped (i64.and (i64.xor (i64.const 0x5555555555555555) (i64.shl (local.get $sum) (i64.const 1))) (local.get $follows)))))
        ;; Which bytes are inside strings.
        (local.set $strings (i64.and
          (call $mask (local.get $a) (local.get $b) (local.get $c) (local.get $d) (v128.const i8x16 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34))
          (i64.xor (local.get $escaped) (i64.const -1))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 1))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 2))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 4))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 8))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 16))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 32))))
        (local.set $strings (i64.xor (local.get $strings) (local.get $inside)))
        (local.set $inside (i64.shr_s (local.get $strings) (i64.const 63)))
        ;; Brackets and braces differ from each other by one bit.
        (local.set $a (v128.or (local.get $a) (local.get $case)))
        (local.set $b (v128.or (local.get $b) (local.get $case)))
        (local.set $c (v128.or (local.get $c) (local.get $case)))
        (local.set $d (v128.or (local.get $d) (local.get $case)))
        (local.set $strings (i64.xor (local.get $strings) (i64.const -1)))
        ;; A backslash outside of strings is no JSON, and would be read as an escape here but not elsewhere.
        (local.set $wrong (i64.and (local.get $slashes) (local.get $strings)))
        (local.set $opens (i64.and
          (call $mask (local.get $a) (local.get $b) (local.get $c) (local.get $d) (v128.const i8x16 123 123 123 123 123 123 123 123 123 123 123 123 123 123 123 123))
          (local.get $strings)))
        (local.set $closes (i64.and
          (call $mask (local.get $a) (local.get $b) (local.get $c) (local.get $d) (v128.const i8x16 125 125 125 125 125 125 125 125 125 125 125 125 125 125 125 125))
          (local.get $strings)))
        (local.set $count (i64.popcnt (local.get $closes)))
        (if (i64.lt_s (local.get $count) (local.get $depth))
          (then
            (local.set $depth (i64.add (local.get $depth) (i64.sub (i64.popcnt (local.get $opens)) (local.get $count)))))
          (else
            (local.set $bits (i64.or (local.get $opens) (local.get $closes)))
            (block $bits_done
              (loop $each
                (br_if $bits_done (i64.eqz (local.get $bits)))
                (if (i64.eqz (i64.and (i64.and (local.get $bits) (i64.sub (i64.const 0) (local.get $bits))) (local.get $closes)))
                  (then (local.set $depth (i64.add (local.get $depth) (i64.const 1))))
                  (else
                    (local.set $depth (i64.sub (local.get $depth) (i64.const 1)))
                    (if (i64.eqz (local.get $depth))
                      (then
                        (if (i64.ne (i64.const 0) (i64.and (local.get $wrong) (i64.sub (i64.and (local.get $bits) (i64.sub (i64.const 0) (local.get $bits))) (i64.const 1))))
                          (then (return (i32.const -2))))
                        (return (i32.add (local.get $at) (i32.add (i32.wrap_i64 (i64.ctz (local.get $bits))) (i32.const 1))))))))
                (local.set $bits (i64.and (local.get $bits) (i64.sub (local.get $bits) (i64.const 1))))
                (br $each)))))
        (if (i64.ne (i64.const 0) (local.get $wrong)) (then (return (i32.const -2))))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $blocks)))
    (global.set $depth (local.get $depth))
    (global.set $inside (local.get $inside))
    (global.set $carry (local.get $carry))
    (i32.const -1)))
