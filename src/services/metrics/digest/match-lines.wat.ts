/**
 * Compares lines with a form and makes their wanted numbers, line after line, until one differs. In WebAssembly: it runs at full speed from
 * the first line on, where JavaScript needs some ten megabytes of log to get there, and it compares eight bytes at once.
 *
 * `plan`: three 32-bit numbers a piece: its bytes, its address, its value (a column's index, or -1 unwanted, -2 the step, -3 a
 * text, -4 the line's end). `at`, `to`: the lines. `out`, `outEnd`, `stride`: where records go, and their bytes. `powers`: of ten, 0 to 22,
 * as doubles. A record is doubles: first byte of the line, byte after it, step, a bit a column whose value is but the
 * address of its text, the values of the columns. Returns where the next record would go.
 *
 * Numbers are by JSON's grammar, or Python's words for what is not finite. Up to 15 digits times or over a power of ten up to 22 are exact
 * in doubles, so one rounding gives the nearest (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990);
 * others are left to the caller, as are those words.
 */
export const matchLinesSource = `
(func (export "match")
  (param $plan i32) (param $at i32) (param $to i32)
  (param $out i32) (param $outEnd i32) (param $stride i32) (param $powers i32) (result i32)
  (local $start i32) (local $place i32) (local $length i32) (local $piece i32) (local $value i32) (local $last i32)
  (local $byte i32) (local $first i32) (local $digits i32) (local $scale i32) (local $exponent i32) (local $mark i32)
  (local $negative i32) (local $odd i32) (local $plain i32) (local $mantissa i64) (local $number f64)
  (block $differs (loop $line
    (br_if $differs (i32.ge_u (local.get $at) (local.get $to)))
    (br_if $differs (i32.ge_u (local.get $out) (local.get $outEnd)))
    (local.set $start (local.get $at))
    (local.set $place (local.get $plan))
    (local.set $odd (i32.const 0))
    (block $matched (loop $next
      (local.set $length (i32.load (local.get $place)))
      (local.set $piece (i32.load offset=4 (local.get $place)))
      (local.set $value (i32.load offset=8 (local.get $place)))

      ;; The piece: words of eight bytes, the last one over the end of the one before; or single bytes.
      (if (i32.ge_u (local.get $length) (i32.const 8)) (then
        (local.set $last (i32.sub (i32.add (local.get $at) (local.get $length)) (i32.const 8)))
        (block $tail (loop $words
          (br_if $tail (i32.ge_u (local.get $at) (local.get $last)))
          (br_if $differs (i64.ne (i64.load (local.get $at)) (i64.load (local.get $piece))))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (local.set $piece (i32.add (local.get $piece) (i32.const 8)))
          (br $words)))
        (local.set $piece (i32.sub (local.get $piece) (i32.sub (local.get $at) (local.get $last))))
        (br_if $differs (i64.ne (i64.load (local.get $last)) (i64.load (local.get $piece))))
        (local.set $at (i32.add (local.get $last) (i32.const 8))))
      (else
        (local.set $last (i32.add (local.get $at) (local.get $length)))
        (block $end (loop $bytes
          (br_if $end (i32.ge_u (local.get $at) (local.get $last)))
          (br_if $differs (i32.ne (i32.load8_u (local.get $at)) (i32.load8_u (local.get $piece))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $piece (i32.add (local.get $piece) (i32.const 1)))
          (br $bytes)))))
      (br_if $matched (i32.eq (local.get $value) (i32.const -4)))
      (local.set $place (i32.add (local.get $place) (i32.const 12)))

      ;; A text without escapes: from quote to quote.
      (if (i32.eq (local.get $value) (i32.const -3)) (then
        (br_if $differs (i32.ne (i32.load8_u (local.get $at)) (i32.const 34)))
        (loop $characters
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $byte (i32.load8_u (local.get $at)))
          (br_if $differs (i32.lt_u (local.get $byte) (i32.const 32)))
          (br_if $differs (i32.eq (local.get $byte) (i32.const 92)))
          (br_if $characters (i32.ne (local.get $byte) (i32.const 34))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))

      ;; Sign and whole digits.
      (local.set $mark (local.get $at))
      (local.set $negative (i32.eq (i32.load8_u (local.get $at)) (i32.const 45)))
      (local.set $at (i32.add (local.get $at) (local.get $negative)))
      (local.set $first (local.get $at))
      (local.set $mantissa (i64.const 0))
      (local.set $scale (i32.const 0))
      (block $end (loop $whole
        (local.set $byte (i32.load8_u (local.get $at)))
        (br_if $end (i32.ge_u (i32.sub (local.get $byte) (i32.const 48)) (i32.const 10)))
        (local.set $mantissa (i64.add (i64.mul (local.get $mantissa) (i64.const 10))
          (i64.extend_i32_u (i32.sub (local.get $byte) (i32.const 48)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $whole)))
      (local.set $digits (i32.sub (local.get $at) (local.get $first)))
      (local.set $plain (i32.eqz (local.get $negative)))
      (block $read
        ;; None: Infinity (as a little-endian word), or NaN without a sign. 99 digits: the caller reads it.
        (if (i32.eqz (local.get $digits)) (then
          (local.set $digits (i32.const 99))
          (local.set $plain (i32.const 0))
          (if (i64.eq (i64.load (local.get $at)) (i64.const 8751735898823355977)) (then
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br $read)))
          (br_if $differs (local.get $negative))
          (br_if $differs (i32.ne (i32.load16_u (local.get $at)) (i32.const 0x614e)))
          (br_if $differs (i32.ne (i32.load8_u offset=2 (local.get $at)) (i32.const 0x4e)))
          (local.set $at (i32.add (local.get $at) (i32.const 3)))
          (br $read)))
        ;; No zero before other digits.
        (if (i32.gt_u (local.get $digits) (i32.const 1)) (then
          (br_if $differs (i32.eq (i32.load8_u (local.get $first)) (i32.const 48)))))
        ;; Places behind the point.
        (if (i32.eq (local.get $byte) (i32.const 46)) (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $first (local.get $at))
          (block $end (loop $places
            (local.set $byte (i32.load8_u (local.get $at)))
            (br_if $end (i32.ge_u (i32.sub (local.get $byte) (i32.const 48)) (i32.const 10)))
            (local.set $mantissa (i64.add (i64.mul (local.get $mantissa) (i64.const 10))
              (i64.extend_i32_u (i32.sub (local.get $byte) (i32.const 48)))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br $places)))
          (local.set $scale (i32.sub (local.get $first) (local.get $at)))
          (br_if $differs (i32.eqz (local.get $scale)))
          (local.set $digits (i32.sub (local.get $digits) (local.get $scale)))
          (local.set $plain (i32.const 0))))
        ;; The exponent; one of more than four digits is left to the caller.
        (br_if $read (i32.ne (i32.or (local.get $byte) (i32.const 32)) (i32.const 101)))
        (local.set $plain (i32.const 0))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $byte (i32.load8_u (local.get $at)))
        (local.set $negative (i32.or (i32.shl (i32.eq (local.get $byte) (i32.const 45)) (i32.const 1)) (local.get $negative)))
        (if (i32.or (i32.eq (local.get $byte) (i32.const 43)) (i32.eq (local.get $byte) (i32.const 45))) (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))))
        (local.set $first (local.get $at))
        (local.set $exponent (i32.const 0))
        (block $end (loop $powersOfTen
          (local.set $byte (i32.load8_u (local.get $at)))
          (br_if $end (i32.ge_u (i32.sub (local.get $byte) (i32.const 48)) (i32.const 10)))
          (local.set $exponent (i32.add (i32.mul (local.get $exponent) (i32.const 10))
            (i32.sub (local.get $byte) (i32.const 48))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $powersOfTen)))
        (br_if $differs (i32.eq (local.get $at) (local.get $first)))
        (if (i32.gt_u (i32.sub (local.get $at) (local.get $first)) (i32.const 4)) (then
          (local.set $digits (i32.const 99))))
        (if (i32.and (local.get $negative) (i32.const 2)) (then
          (local.set $exponent (i32.sub (i32.const 0) (local.get $exponent)))))
        (local.set $scale (i32.add (local.get $scale) (local.get $exponent))))

      (br_if $next (i32.eq (local.get $value) (i32.const -1)))
      ;; A step is digits alone.
      (if (i32.eq (local.get $value) (i32.const -2)) (then
        (br_if $differs (i32.eqz (local.get $plain)))
        (br_if $differs (i32.gt_u (local.get $digits) (i32.const 15)))
        (f64.store offset=16 (local.get $out) (f64.convert_i64_u (local.get $mantissa)))
        (br $next)))
      (if (i32.or (i32.gt_u (local.get $digits) (i32.const 15))
          (i32.gt_u (i32.add (local.get $scale) (i32.const 22)) (i32.const 44))) (then
        (local.set $odd (i32.or (local.get $odd) (i32.shl (i32.const 1) (local.get $value))))
        (local.set $number (f64.convert_i32_u (local.get $mark))))
      (else
        (local.set $number (f64.convert_i64_u (local.get $mantissa)))
        (if (i32.lt_s (local.get $scale) (i32.const 0)) (then
          (local.set $number (f64.div (local.get $number) (f64.load (i32.sub (local.get $powers)
            (i32.shl (local.get $scale) (i32.const 3)))))))
        (else
          (local.set $number (f64.mul (local.get $number) (f64.load (i32.add (local.get $powers)
            (i32.shl (local.get $scale) (i32.const 3))))))))
        (if (i32.and (local.get $negative) (i32.const 1)) (then
          (local.set $number (f64.neg (local.get $number)))))))
      (f64.store offset=32 (i32.add (local.get $out) (i32.shl (local.get $value) (i32.const 3))) (local.get $number))
      (br $next)))

    (f64.store (local.get $out) (f64.convert_i32_u (local.get $start)))
    (f64.store offset=8 (local.get $out) (f64.convert_i32_u (local.get $at)))
    (f64.store offset=24 (local.get $out) (f64.convert_i32_u (local.get $odd)))
    (local.set $out (i32.add (local.get $out) (local.get $stride)))
    (br $line)))
  (local.get $out))
`;
