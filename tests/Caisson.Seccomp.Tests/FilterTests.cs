using Caisson.Linux.Seccomp;
using static Caisson.Seccomp.Tests.Answers;

namespace Caisson.Seccomp.Tests;

public sealed class FilterTests
{
    private static readonly FilterMachine _filter = FilterMachine.Default;

    [Fact]
    public void Every_number_gets_the_answer_of_its_list()
    {
        var profile = SeccompProfile.Default;
        var names = SystemCalls.Numbers.ToDictionary(pair => pair.Value, pair => pair.Key);
        for (uint number = 0; number <= 600; number++)
        {
            var name = names.GetValueOrDefault(number);
            if (name is not null && profile.Checked.Contains(name))
                continue;
            var expected = name is null ? ENOSYS : profile.Allowed.Contains(name) ? Allow : profile.Denied.Contains(name) ? EPERM : ENOSYS;
            Assert.True(expected == _filter.Run(number), $"{number} {name}: expected {expected:x}");
        }
    }

    [Fact]
    public void No_argument_changes_the_answer_of_a_call_that_is_not_checked()
    {
        var checkedNumbers = SeccompProfile.Default.Checked.Select(name => SystemCalls.Numbers[name]).ToHashSet();
        for (uint number = 0; number <= 600; number++)
        {
            if (!checkedNumbers.Contains(number))
                Assert.Equal(_filter.Run(number), _filter.Run(number, [.. Enumerable.Repeat(ulong.MaxValue, 6)]));
        }
    }

    [Fact]
    public void The_lists_do_not_overlap_and_name_real_calls()
    {
        var all = SeccompProfile.Default.Allowed.Concat(SeccompProfile.Default.Denied).ToList();
        Assert.Equal(all.Count, all.Distinct(StringComparer.Ordinal).Count());
        Assert.All(all, name => Assert.True(SystemCalls.Numbers.ContainsKey(name), name));
        Assert.Equal(["clone", "ioctl", "personality", "socket", "socketpair"], SeccompProfile.Default.Checked.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("mount umount2 fsopen fsconfig fsmount fspick open_tree open_tree_attr move_mount mount_setattr pivot_root")]
    [InlineData("unshare setns bpf perf_event_open io_uring_setup io_uring_enter io_uring_register userfaultfd")]
    [InlineData("keyctl add_key request_key process_vm_readv process_vm_writev pidfd_getfd open_by_handle_at lookup_dcookie")]
    [InlineData("kexec_load kexec_file_load init_module finit_module delete_module swapon swapoff reboot acct quotactl quotactl_fd iopl ioperm")]
    [InlineData("sethostname setdomainname vhangup nfsservctl settimeofday clock_settime adjtimex clock_adjtime syslog")]
    public void What_the_threat_model_names_is_refused(string names)
    {
        Assert.All(names.Split(' '), name => Assert.Equal(EPERM, _filter.Run(SystemCalls.Numbers[name])));
    }

    [Fact]
    public void The_table_agrees_with_the_headers_of_this_machine()
    {
        const string Header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
        if (!File.Exists(Header))
            return; // no C library headers here: nothing to compare with
        foreach (var parts in File.ReadLines(Header).Where(line => line.StartsWith("#define __NR_", StringComparison.Ordinal)).Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            Assert.Equal(uint.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture), SystemCalls.Numbers[parts[1]["__NR_".Length..]]);
    }

    [Fact]
    public void Another_architecture_is_killed_whatever_it_calls()
    {
        foreach (var architecture in new[] { FilterMachine.X86, 0xC00000B7u, 0u })
        {
            for (uint number = 0; number <= 600; number++)
                Assert.Equal(Kill, _filter.Run(architecture, number, []));
        }
    }

    [Fact]
    public void The_x32_numbers_are_unknown()
    {
        for (uint number = 0; number <= 600; number++)
            Assert.Equal(ENOSYS, _filter.Run(0x40000000 | number));
        Assert.Equal(ENOSYS, _filter.Run(uint.MaxValue));
    }

    [Fact]
    public void The_program_is_one_that_the_kernel_takes_and_short()
    {
        var program = SeccompProfile.Default.Compile();
        Assert.Equal(0, program.Length % 8);
        Assert.InRange(program.Length / 8, 1, 300);
        Assert.Equal(0x06, program[^8]);
        for (uint number = 0; number <= 600; number++)
            Assert.InRange(_filter.Trace(FilterMachine.X64, number, []).Steps, 1, 24);
    }
}
