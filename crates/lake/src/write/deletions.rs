//! Deletion vectors: which rows of files are deleted in place.

use delta_kernel::actions::deletion_vector_writer::{
    DeletionVectorWriteResult, KernelDeletionVector, StreamingDeletionVectorWriter,
};
use lang::Result;
use object_store::{ObjectStoreExt as _, PutPayload};
use roaring::RoaringTreemap;

use crate::error::unwritable;
use crate::file::Deletion;
use crate::log::Log;

impl Log {
    /// Writes the deleted rows of some files into one file, and answers with where each is.
    ///
    /// # Errors
    /// `TASK_WRITE_FAILED`
    pub(crate) async fn write_deletions(&self, vectors: &[RoaringTreemap]) -> Result<Vec<Deletion>> {
        if vectors.is_empty() {
            return Ok(Vec::new());
        }
        let mut bytes = Vec::new();
        let mut results = Vec::with_capacity(vectors.len());
        let mut writer = StreamingDeletionVectorWriter::new(&mut bytes);
        for rows in vectors {
            let mut vector = KernelDeletionVector::new();
            vector.add_deleted_row_indexes(rows.iter());
            results.push(writer.write_deletion_vector(vector).map_err(|e| self.failed(&e))?);
        }
        writer.finalize().map_err(|e| self.failed(&e))?;
        let id = uuid::Uuid::new_v4();
        let object = self.folder.object(&format!("deletion_vector_{id}.bin"))?;
        let put = self.folder.object_store().put(&object, PutPayload::from(bytes)).await;
        put.map_err(|e| unwritable(object.as_ref(), &e.to_string()))?;
        let deletion = |result: &DeletionVectorWriteResult| Deletion {
            storage_type: "u".to_string(),
            path_or_inline: z85::encode(id.as_bytes()),
            offset: Some(result.offset),
            size_in_bytes: result.size_in_bytes,
            cardinality: result.cardinality,
        };
        Ok(results.iter().map(deletion).collect())
    }
}
