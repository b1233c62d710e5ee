# The binary check. Its objects are its own; what it looks at is what `all` made.
comma     := ,
bin       := $B/proofs/binary
residue   := $(patsubst %,$(bin)/%.o,compare differ exchange kvm plant process residue state trace zoo still/payload)
is_still  := $(patsubst %,$B/bare/enclave/trustlet/%.o,ground stand random)

$(bin)/still/%.o: enclave/trustlet/%.c proofs/binary/still/immintrin.h proofs/binary/still/enclave/trustlet/tsc.h | $B/.setup
	@mkdir -p $(@D); echo '  STILL  $<'
	$Q$(CC) $(CFLAGS) $(BARE) -Iproofs/binary/still -I. -MMD -MP -c $< -o $@
$(bin)/still.elf: $(patsubst %,$(bin)/still/%.o,ground stand random) \
                  $(filter-out $(is_still),$(patsubst %,$B/bare/%.o,$(basename $(bare)))) enclave/trustlet/trustlet.ld
	$Q$(CC) $(BARELD) $(filter %.o,$^) -l:libsodium.a -lgcc -o $@
$(bin)/still/payload.o: proofs/binary/still/payload.S $(bin)/still.elf
	@mkdir -p $(@D); $(CC) -Wa,-I$(bin) -c $< -o $@
$(bin)/residue: $(residue) $(call above,enclave)
	$Q$(CC) $^ -Wl,--wrap=clock_gettime $(LIBS) -o $@

zoo       := $(patsubst %,$(bin)/zoo/%.o,main stack library statics heap registers hold)
$(filter-out %/hold.o,$(zoo)): $(bin)/zoo/%.o: proofs/binary/zoo/%.c proofs/binary/zoo/zoo.h | $B/.setup
	@mkdir -p $(@D); echo '  ZOO    $<'
	$Q$(CC) $(CFLAGS) -O2 -U_FORTIFY_SOURCE -fno-stack-protector -I. -MMD -MP -c $< -o $@
$(bin)/zoo/zoo: $(zoo) $(call above,enclave)
	$Q$(CC) -static-pie $(HARDEN) $^ -l:libsodium.a -o $@
seeded    := registers_wiped_call pobf_end pobf_wipe pobf_zone_rewind pobf_zone_compare window_put
$(bin)/zoo/seeded: $B/enclave/main/pobf-monitor.o $(bin)/zoo/seeds.o $(bin)/zoo/seed_calls.o $(call above,enclave)
	$Q$(CC) -static-pie $(HARDEN) $(patsubst %,-Wl$(comma)--wrap=%,$(seeded)) $^ -l:libsodium.a -l:libseccomp.a -o $@
$(bin)/constant/flows $(bin)/constant/timing: %: %.o $B/libframework.a
	$Q$(CC) -static-pie $(HARDEN) $^ -l:libsodium.a -lm -o $@
# The monitor of a machine has no names, so that its measurement has none: the same, with them.
$B/trustlet.symbols: $B/trustlet.elf
	$Q$(CC) $(subst $(comma)-s$(comma),$(comma),$(BARELD)) $(patsubst %,$B/bare/%.o,$(basename $(bare))) -l:libsodium.a -lgcc -o $@
looking   := $(bin)/residue $(bin)/zoo/zoo $(bin)/zoo/seeded $(bin)/constant/flows $(bin)/constant/timing $B/trustlet.symbols
binary: all $(looking) ; @CC=$(CC) proofs/binary/run.sh $B  ## look for residue in the shipped programs
residue-matrix: all $(bin)/residue ; @proofs/binary/matrix.sh $B 16  ## the differential for every compiler and optimisation level
.PHONY: binary residue-matrix
$B/tests/cli/residue.ok $B/tests/cli/pobf_inspect_image.ok: $(looking)
$B/tests/proofs/binary/compare_test: $(bin)/compare.o $(bin)/state.o
