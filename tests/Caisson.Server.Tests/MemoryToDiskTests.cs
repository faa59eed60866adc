using Caisson.Core.Failures;
using Caisson.Server.Commands;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class MemoryToDiskTests
{
    [Fact]
    public void Seconds_are_a_time_nothing_is_never_and_less_is_refused()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), ServerCommand.ToDisk(5));
        Assert.Null(ServerCommand.ToDisk(0));
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<CaissonException>(() => ServerCommand.ToDisk(-1)).Code);
    }
}
