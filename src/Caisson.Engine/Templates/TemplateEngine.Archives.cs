using Caisson.Core.Failures;
using Caisson.Engine.Templates.Archives;

namespace Caisson.Engine.Templates;

public sealed partial class TemplateEngine
{
    /// <inheritdoc/>
    public async Task ExportAsync(string tenant, string reference, Stream target, CancellationToken cancellation)
    {
        var version = Library.Find(tenant, reference) ?? throw new CaissonException(ErrorCode.NotFound, $"template '{reference}' not found");
        var layers = _engine.Parts.Layers;
        layers.Acquire(version.Build.Layer!);
        try
        {
            await TemplateArchiveWriter.WriteAsync(version, layers, target, cancellation);
        }
        finally
        {
            await layers.ReleaseAsync(version.Build.Layer);
        }
    }

    /// <inheritdoc/>
    public async Task<TemplateVersion> ImportAsync(string tenant, string? name, Stream archive, CancellationToken cancellation)
    {
        var (manifest, layer) = await new TemplateArchiveReader(_engine.Parts.Layers).ReadAsync(archive, CheckAsync, cancellation);
        TemplateBuild? build = null;
        try
        {
            var named = name is null ? new TemplateReference(null, manifest.Name, manifest.Tag) : TemplateReference.Parse(name);
            (_, build) = await RequestAsync(tenant, named.Name, named.Tag is { } tag ? [tag] : [], manifest.Resources, cancellation);
            build = build with
            {
                State = TemplateBuildState.Ready,
                FinishedAt = _time.GetUtcNow(),
                Layer = layer.Address,
                Wall = layer.Wall,
                Bytes = layer.Bytes,
                Defaults = manifest.Defaults with { Name = null },
            };
            await Library.PublishAsync(build, CancellationToken.None);
        }
        catch (Exception failure)
        {
            await _engine.Parts.Layers.ReleaseAsync(layer.Address);
            if (build is not null)
                await Library.UpdateAsync(Failed(build with { Layer = null }, null, failure.Message), CancellationToken.None);
            throw;
        }

        return new TemplateVersion(Library.Own(tenant, build.TemplateId), build);
    }

    private Task CheckAsync(ArchiveManifest manifest, CancellationToken cancellation)
    {
        if (!_catalogue.Knows(manifest.Base))
            throw new CaissonException(ErrorCode.Unsupported, $"the template stands on '{manifest.Base}', which this server has not", "Import that first.");
        return Task.CompletedTask;
    }
}
