# pobf: one Makefile, no recursion, no file lists: a module is a file in a folder.
B      := build
PREFIX := /usr/local
Q      := $(if $(V),,@)
CC     := gcc
CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wall -Wextra \
          -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum \
          -Wcast-qual -Wvla -Werror -ffile-prefix-map=$(CURDIR)=. $(EXTRA_CFLAGS)
HARDEN := -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
LIBS   := -pie $(HARDEN) -levent_openssl -levent -lcurl \
          -lssl -lcrypto -lsodium -ljansson -lsqlite3 -lseccomp -lcapstone -lelf -ltss2-esys -ltss2-tctildr -ltss2-mu

inner    := $B/pobf-monitor $B/pobf-trustlet
floors   := framework edge enclave verifier
programs := $(patsubst %,$B/%,pobf pobf-host pobf-verifier pobf-monitor pobf-trustlet)
src       = $(filter-out %/main/%.c enclave/function/% enclave/trustlet/% enclave/wasm/%,$(wildcard $(1)/*/*.c $(1)/*/*.S))
obj       = $(patsubst %,$B/%.o,$(basename $(call src,$(1))))
units    := $(patsubst %_test.c,$B/%.ok,$(wildcard tests/*/*_test.c tests/*/*/*_test.c))
scripts  := $(patsubst %.sh,$B/%.ok,$(wildcard tests/cli/*.sh tests/hostile/*.sh))
proved   := $(patsubst %.c,$B/%.proved,$(shell proofs/modules.sh) $(wildcard tests/proofs/*.c))

all: $(programs) $B/libpobf.a  ## build the programs and libpobf.a
demo: all ; @setup/install.sh demo && examples/demo.sh $B  ## run the main job on real data
check: all floors $(units) $(scripts) ; @tests/summary.sh $B  ## build, and pass all tests
prove: $(proved) ; @proofs/summary.sh $B  ## re-prove the modules whose inputs changed
theory: | $B/.setup-prove ; @proofs/theory.sh $B && proofs/spin/check.sh $B  ## check the theory: what forgetting means, what receipts say, a task's life with crashes
mutants: | $B/.setup-prove ; @proofs/mutants/run.py $B  ## put bugs into a copy of the tree: is each noticed? SAMPLE=10 a tenth
bench: all $(patsubst %.c,$B/%,$(wildcard tests/bench/*.c)) ; @tests/bench/run.sh $B  ## print medians and ratios
bench-functions: all $(addprefix $B/tests/bench/,wasm script workloads) ; @tests/bench/run.sh $B functions  ## the same of functions alone
certify-whole: all ; @tests/verifier/certificate/whole_run.sh $B  ## certify this tree and its example: half an hour
fuzz: ; @tests/fuzz/run.sh $B  ## fuzz every parser, until FUZZ_TOTAL executions (20 million)
format: ; @clang-format --dry-run --Werror $$(git ls-files '*.c' '*.h')  ## is the code in the project's format?
clean: ; rm -rf $B  ## remove everything that make made
help: ; @sed -n 's/^\([a-z-]*\):.*## */\1\t/p' $(filter %Makefile %.mk,$(MAKEFILE_LIST))  ## print this list
install: all  ## install under $(DESTDIR)$(PREFIX)
	install -d $(patsubst %,$(DESTDIR)$(PREFIX)/%,bin lib libexec/pobf share/pobf)
	setup/pages.sh $B $(DESTDIR)$(PREFIX)/share
	install $(filter-out $(inner),$(programs)) $(DESTDIR)$(PREFIX)/bin && install $(inner) $(DESTDIR)$(PREFIX)/libexec/pobf
	install -m 644 $B/libpobf.a $(DESTDIR)$(PREFIX)/lib
	cp -r --parents contracts framework enclave proofs setup tests Makefile verifier/appraisal/verdict.h \
	  $(DESTDIR)$(PREFIX)/share/pobf
.PHONY: all demo check prove theory mutants bench bench-functions fuzz format clean help install floors certify-whole
MAKEFLAGS += -j$(shell nproc) $(if $(filter check prove,$(MAKECMDGOALS)),--output-sync=target)
.DELETE_ON_ERROR .SECONDARY:

# What is missing is installed once, before the first compiler call: one apt line, printed first.
$B/.setup: setup/install.sh ; @setup/install.sh build && mkdir -p $B && touch $@

# The dependency file names the proof too, so a contract edit re-proves exactly its readers.
$B/%.o: %.c | $B/.setup
	@mkdir -p $(@D); echo '  CC     $<'
	$Q$(CC) $(CFLAGS) $(if $(filter framework/%,$<),-O3) $(EXTRA_CFLAGS) -I. -DPOBF_SHARE='"$(PREFIX)/share/pobf"' \
	  -MMD -MP -MT '$@ $(@:.o=.proved)' -c $< -o $@
$B/%.o: %.S | $B/.setup ; @mkdir -p $(@D); echo '  AS     $<'; $(CC) -I. -Wa,-I$B -MMD -MP -c $< -o $@

$(foreach f,$(floors),$(eval $B/lib$f.a: $(call obj,$f)))
$B/libpobf.a: $(call obj,framework)
$B/lib%.a: ; @rm -f $@; $(AR) rcsD $@ $^
above     = $(patsubst %,$B/lib%.a,$(1) edge framework)
$B/pobf-host: $B/enclave/main/pobf-host.o $(call above,enclave) ; $Q$(CC) $^ $(LIBS) -o $@
$(inner): $B/%: $B/enclave/main/%.o $(call above,enclave)
	$Q$(CC) -static-pie $(HARDEN) $^ -l:libsodium.a -l:libseccomp.a -o $@
$B/pobf: $B/verifier/main/pobf.o $(call above,verifier) ; $Q$(CC) $^ $(LIBS) -o $@
$B/pobf-verifier: $B/verifier/main/pobf-verifier.o $(call above,verifier) ; $Q$(CC) $^ $(LIBS) -o $@

# The monitor once more, for a machine without an operating system: the same sources, no C library.
BARE   := -ffreestanding -fno-pic -fno-pie -mcmodel=small -fno-stack-protector -U_FORTIFY_SOURCE -g0 \
          -fcf-protection=none -fno-asynchronous-unwind-tables -mrdrnd -mfsgsbase
BARELD := -static -nostdlib -Wl,-T,enclave/trustlet/trustlet.ld,--build-id=none,-s,--no-eh-frame-hdr \
          -Wl,-z,noexecstack,-z,max-page-size=4096,--orphan-handling=error,--fatal-warnings
bare   := $(wildcard framework/*/*.c enclave/image/*.c enclave/trustlet/*.[cS]) $(addprefix enclave/, \
          $(patsubst %,monitor/%.c,boot call monitor order release serve steps vault window) monitor/apart.S platform/sim.c \
          process/registers.c process/wiped_call.S function/memory.c)
$B/bare/%.o: %.c | $B/.setup
	@mkdir -p $(@D); echo '  BARE   $<'
	$Q$(CC) $(CFLAGS) $(if $(filter framework/%,$<),-O3) $(EXTRA_CFLAGS) $(BARE) -I. -MMD -MP -c $< -o $@
$B/bare/%.o: %.S | $B/.setup ; @mkdir -p $(@D); echo '  BARE   $<'; $(CC) -I. -MMD -MP -c $< -o $@
$B/trustlet.elf: $(patsubst %,$B/bare/%.o,$(basename $(bare))) enclave/trustlet/trustlet.ld
	$Q$(CC) $(BARELD) $(filter %.o,$^) -l:libsodium.a -lgcc -o $@
$B/enclave/kvm/payload.o: $B/trustlet.elf
$B/verifier/report/html_page.o: verifier/report/page.html verifier/report/sheet.css
$B/verifier/roots/pem.o: $(wildcard verifier/roots/*.pem)

# A unit test names what it needs beyond the libraries in a line `LINK: ...` of its own.
.SECONDEXPANSION:
needs     = $(or $(filter enclave verifier,$(firstword $(subst /, ,$(1)))),$(if $(filter bench/%,$(1)),enclave verifier))
$B/tests/%: $B/tests/%.o $$(call above,$$(call needs,$$*))
	$Q$(CC) $^ $(LIBS) $(shell sed -n 's/.*LINK: *//p' tests/$*.c) -Wl,--no-as-needed -lcmocka -o $@
$(filter $B/tests/enclave/%,$(units)): $(programs) $(wildcard tests/hostile/*.c enclave/function/*)
$B/%.ok: $B/%_test ; @tests/run.sh $B $@ $<
$B/tests/%.ok: tests/%.sh $(programs) $(wildcard tests/cli/*.inc tests/hostile/*.c) ; @tests/run.sh $B $@ $< $B

$B/%.proved: %.c proofs/wp.sh $B/%.o | $B/.setup-prove ; @proofs/wp.sh $< $@.json && touch $@
$B/.setup-prove: ; @setup/install.sh prove && mkdir -p $B && touch $@

# Who may include whom, read off the dependency files that the compiler wrote.
floors: $(foreach f,$(floors),$(call obj,$f)) ; @proofs/floors.sh $B  ## does every include go downwards?

include proofs/binary/binary.mk
-include $(shell find $B -name '*.d' 2>/dev/null)
