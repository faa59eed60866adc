using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Caisson.Connect;

/// <summary>The caller's patience: its deadline and its presence in one token.</summary>
internal sealed class ConnectDeadline : IDisposable
{
    // A timer cannot run longer than 2^32 - 2 ms; a deadline beyond that is none.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(49);

    private readonly CancellationTokenSource? _timer;
    private readonly CancellationTokenSource? _linked;

    private ConnectDeadline(TimeSpan? timeout, TimeProvider time, CancellationToken aborted)
    {
        Timeout = timeout;
        if (timeout is not { } limit || limit > _longest)
        {
            Token = aborted;
            return;
        }

        _timer = new CancellationTokenSource(limit, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, aborted);
        Token = _linked.Token;
    }

    public TimeSpan? Timeout { get; }

    public CancellationToken Token { get; }

    public bool Reached => _timer is { IsCancellationRequested: true };

    public static ConnectDeadline Begin(HttpContext http)
    {
        var time = http.RequestServices?.GetService<TimeProvider>() ?? TimeProvider.System;
        return new ConnectDeadline(Read(http.Request.Headers[ConnectHeaders.Timeout]), time, http.RequestAborted);
    }

    public void Dispose()
    {
        _linked?.Dispose();
        _timer?.Dispose();
    }

    private static TimeSpan? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Length > 10 || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            throw new ConnectException(ConnectCode.InvalidArgument, "Connect-Timeout-Ms must be a whole number of at most ten digits");
        return TimeSpan.FromMilliseconds(milliseconds);
    }
}
