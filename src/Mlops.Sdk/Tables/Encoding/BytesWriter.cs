using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Binary.</summary>
internal sealed class BytesWriter() : VariableWriter<byte[]>(BinaryType.Default)
{
    protected override void Write(byte[] value) => value.CopyTo(Bytes.Reserve<byte>(value.Length));
}
