using Caisson.Core.Failures;
using Caisson.Engine.Templates.Builds;

namespace Caisson.Engine.Templates;

public sealed partial class TemplateEngine
{
    private async Task RunAsync(TemplateBuild build, TemplateRecipe recipe, RunningBuild running)
    {
        using var limit = new CancellationTokenSource(_options.BuildLimit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, running.Token);
        var since = _time.GetTimestamp();
        try
        {
            await _turns.WaitAsync(stop.Token);
            try
            {
                await Library.UpdateAsync(build = build with { State = TemplateBuildState.Building }, stop.Token);
                var done = await new TemplateBuilder(_engine, _options, _uploads, build, recipe, running.Log, _catalogue, _time, _engine.Options.AtPoint).RunAsync(stop.Token);
                running.Log.Say($"built in {_time.GetElapsedTime(since).TotalSeconds:0.0} s");
                await PublishAsync(done);
                LogReady(build.Id);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception failure)
        {
            await FailAsync(build, running, failure, limit.IsCancellationRequested);
        }
        finally
        {
            running.Log.Dispose();
            _running.TryRemove(build.Id, out _);
            running.Dispose();
        }
    }

    private async Task PublishAsync(TemplateBuild build)
    {
        try
        {
            await Library.PublishAsync(build, CancellationToken.None);
        }
        catch
        {
            foreach (var layer in build.Kept)
                await _engine.Parts.Layers.ReleaseAsync(layer);
            throw;
        }

        _engine.Options.AtPoint?.Invoke(EnginePoint.TemplatePublished);
    }

    private async Task FailAsync(TemplateBuild build, RunningBuild running, Exception failure, bool late)
    {
        var (step, message) = failure switch
        {
            StepFailedException failed => (failed.Step, failed.Message),
            OperationCanceledException when late => (null, $"the build did not end within {_options.BuildLimit.TotalMinutes:0} minutes"),
            OperationCanceledException when _stopping.IsCancellationRequested => (null, "the server stopped before the build was done; start it again"),
            OperationCanceledException => (null, "it was cancelled"),
            CaissonException typed => (null, typed.Message),
            _ => ((string?)null, $"the build broke off: {failure.Message}"),
        };
        LogFailed(failure is StepFailedException or OperationCanceledException ? null : failure, build.Id, step, message);
        running.Log.Say(message, step, BuildLogLevel.Error);
        try
        {
            await Library.UpdateAsync(Failed(build, step, message), CancellationToken.None);
        }
        catch (CaissonException unsaved)
        {
            // The next start finds it under way, and says that it failed.
            LogNotSaved(unsaved, build.Id);
        }
    }

    private TemplateBuild Failed(TemplateBuild build, string? step, string message) =>
        build with { State = TemplateBuildState.Failed, FinishedAt = _time.GetUtcNow(), FailedStep = step, Message = message };

    private string LogOf(string build) => Path.Combine(Logs, $"{build}.ndjson");

    private void RemoveLogs(IReadOnlyList<string> builds)
    {
        foreach (var build in builds)
            File.Delete(LogOf(build));
    }
}
