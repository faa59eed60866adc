using Caisson.Core.Failures;

namespace Caisson.Verify.Cases;

/// <summary>Conditions of cases.</summary>
internal static class Expect
{
    public static void Equal<T>(T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new DoesNotHoldException($"expected '{expected}', got '{actual}'");
    }

    public static void True(bool condition, string otherwise)
    {
        if (!condition)
            throw new DoesNotHoldException(otherwise);
    }

    public static async Task<CaissonException> RefusedAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (CaissonException refusal) when (refusal.Code != ErrorCode.Internal)
        {
            return refusal;
        }

        throw new DoesNotHoldException("it was not refused");
    }

    /// <summary>Waits, for half a minute at most, until something holds.</summary>
    public static Task SoonAsync(Func<Task<bool>> condition, string otherwise, CancellationToken cancellation) => SoonAsync(condition, () => otherwise, cancellation);

    /// <summary>The same, where what is the matter is only known when the wait is over.</summary>
    public static async Task SoonAsync(Func<Task<bool>> condition, Func<string> otherwise, CancellationToken cancellation)
    {
        for (var round = 0; round < 300; round++)
        {
            if (await condition())
                return;
            await Task.Delay(100, cancellation);
        }

        throw new DoesNotHoldException(otherwise());
    }
}
