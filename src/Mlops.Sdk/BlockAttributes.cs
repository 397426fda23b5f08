namespace Mlops.Sdk;

/// <summary>Marks the one public static method of a block file that runs as the block. Its class decides the block type.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class BlockAttribute : Attribute
{
    /// <summary>The block type's word on disk and on the wire, such as <c>data_loader</c>.</summary>
    public abstract string BlockType { get; }
}

/// <summary>A block that brings data into the pipeline.</summary>
public sealed class DataLoaderAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "data_loader";
}

/// <summary>A block that turns the outputs of upstream blocks into new ones.</summary>
public sealed class TransformerAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "transformer";
}

/// <summary>A block that writes outputs of upstream blocks somewhere outside of the pipeline.</summary>
public sealed class DataExporterAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "data_exporter";
}

/// <summary>A block that trains a model and returns it as <see cref="TrainedModel"/>.</summary>
public sealed class TrainerAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "trainer";
}

/// <summary>A block of no particular kind.</summary>
public sealed class CustomAttribute : BlockAttribute
{
    /// <inheritdoc/>
    public override string BlockType => "custom";
}

/// <summary>
/// Marks a public static method that checks the block's outputs after it ran. Its parameters bind like the block's own, with the
/// block's outputs in the place of the upstream ones; any exception fails the block. The outputs are stored before the tests run.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TestAttribute : Attribute;
