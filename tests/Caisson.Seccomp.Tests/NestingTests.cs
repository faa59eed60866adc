using Caisson.Linux.Seccomp;

namespace Caisson.Seccomp.Tests;

/// <summary>What a program that makes cells may call, and what is left in a cell.</summary>
public sealed class NestingTests
{
    private static readonly FilterMachine _nesting = new(SeccompProfile.Nesting.Compile());
    private static readonly FilterMachine _closing = new(SeccompProfile.Closing);

    [Fact]
    public void A_cell_has_exactly_what_any_sandbox_has()
    {
        ulong[][] arguments = [[0, 0, 0, 0, 0, 0], [0x20000, 0x5412, 0, 0, 0, 0], [16, 3, 12, 0, 0, 0], [2, 1, 132, 0, 0, 0]];
        for (uint number = 0; number < 1024; number++)
        {
            foreach (var given in arguments)
            {
                // The kernel takes the harsher of two answers: of these, the one that refuses.
                var (below, above) = (_nesting.Run(number, given), _closing.Run(number, given));
                Assert.Equal(FilterMachine.Default.Run(number, given), above == Answers.Allow ? below : above);
            }
        }
    }

    [Fact]
    public void A_program_that_makes_cells_has_five_calls_more()
    {
        var more = Enumerable.Range(0, 1024).Where(number => _nesting.Run((uint)number, 0) != FilterMachine.Default.Run((uint)number, 0));
        Assert.Equal(["mount", "mount_setattr", "setns", "umount2", "unshare"], more.Select(number => SystemCalls.Numbers.Single(call => call.Value == number).Key).Order(StringComparer.Ordinal));
    }
}
