using System.Runtime.CompilerServices;
using System.Text.Json;
using Caisson.Client.Wire;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Client;

/// <summary>The rollouts of a server: batches of independent executions, each in a sandbox of its own.</summary>
public sealed class RemoteRollouts
{
    private readonly Api _api;

    internal RemoteRollouts(Api api) => _api = api;

    /// <summary>Submits a batch and returns once the server keeps it; the same tasks under the same key find the rollout that is there.</summary>
    public Task<RolloutStatus> SubmitAsync(
        IReadOnlyList<RolloutTask> tasks, string? key = null, RolloutPriority priority = RolloutPriority.Normal, CancellationToken cancellation = default) =>
        _api.SendAsync(
            HttpMethod.Post, "v1/rollouts", new RolloutSubmission(key, priority, tasks), ClientJson.Default.RolloutSubmission, ClientJson.Default.RolloutStatus, cancellation);

    /// <summary>What a rollout is now.</summary>
    public Task<RolloutStatus> GetAsync(string id, CancellationToken cancellation = default) => _api.GetAsync(PathOf(id), ClientJson.Default.RolloutStatus, cancellation);

    /// <summary>Results after a sequence number as they come, until the rollout ends; Unavailable when the connection is lost, after which reading may go on from the last sequence number.</summary>
    public async IAsyncEnumerable<RolloutOutcome> ReadAsync(string id, long after = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var response = await _api.RequestAsync(new HttpRequestMessage(HttpMethod.Get, FormattableString.Invariant($"{PathOf(id)}/results?after={after}")), cancellation);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (true)
        {
            switch (await LineAsync(lines, cancellation))
            {
                case RolloutResultLine line:
                    yield return line.ToOutcome();
                    break;
                case RolloutEndedLine:
                    yield break;
            }
        }
    }

    /// <summary>Ends a rollout; nothing of it runs any more when this returns.</summary>
    public Task CancelAsync(string id, CancellationToken cancellation = default) => _api.SendAsync(HttpMethod.Delete, PathOf(id), cancellation);

    private static string PathOf(string id) => SandboxId.TryParse(id, out var parsed)
        ? $"v1/rollouts/{parsed}"
        : throw new CaissonException(ErrorCode.NotFound, "That is not the id of a rollout.", "An id is twenty characters of a-z and 0-9.");

    private static async Task<RolloutLine> LineAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            var line = await lines.ReadLineAsync(cancellation) ?? throw Lost(null);
            return JsonSerializer.Deserialize(line, ClientJson.Default.RolloutLine) ?? throw Lost(null);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or JsonException)
        {
            throw Lost(failure);
        }
    }

    private static CaissonException Lost(Exception? inner) => new(
        ErrorCode.Unavailable, "The connection was lost before the rollout ended.", "It goes on; read its results again from the last sequence number.", inner: inner);
}
